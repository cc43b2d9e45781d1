internal import HTTPKit

/// One thing wrong with a request (`InvalidParam` of TS 29.571 §5.2.4.1).
package struct InvalidParam: Equatable, Sendable {
    /// `/k` (a JSON Pointer into the body), `{impi}`, `query limit` or `header If-Match`.
    package let param: String
    package let reason: String

    package init(param: String, reason: String) {
        self.param = param
        self.reason = reason
    }

    var json: JSONValue { .object(["param": .string(param), "reason": .string(reason)]) }
}
