/// Why a text is not the identity that it should be.
///
/// Two are equal when their codes are. `reason` never repeats the text.
package struct MalformedValue: Error, Sendable {
    package enum Code: Sendable, CaseIterable {
        case length, character, structure
    }

    package let code: Code
    /// A predicate: "is not a domain name".
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}

extension MalformedValue: Equatable {
    package static func == (left: MalformedValue, right: MalformedValue) -> Bool { left.code == right.code }
}
