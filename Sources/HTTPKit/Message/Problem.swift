internal import Base

/// A problem document (RFC 9457) with the extension members `cause` and `invalidParams`.
package struct Problem: Error, Sendable {
    /// One thing wrong with the request: `/k` (a JSON Pointer into the body), `{impi}`, `query limit` or `header If-Match`, and why.
    package struct InvalidParam: Equatable, Sendable {
        package let param: String
        package let reason: String

        package init(param: String, reason: String) {
            self.param = param
            self.reason = reason
        }
    }

    package var status: Status
    package var title: String
    package var detail: String?
    package var cause: String?
    package var invalidParams: [InvalidParam]
    /// Header fields that go with the answer: `Allow`, `Retry-After`, `WWW-Authenticate`.
    package var fields: Fields

    package init(
        _ status: Status, title: String? = nil, detail: String? = nil, cause: String? = nil, invalidParams: [InvalidParam] = [], fields: Fields = [:]
    ) {
        self.status = status
        self.title = title ?? status.reason
        self.detail = detail
        self.cause = cause
        self.invalidParams = invalidParams
        self.fields = fields
    }

    /// 400 for one member, parameter or field.
    package static func invalid(_ param: String, _ reason: String, cause: String? = "MANDATORY_IE_INCORRECT") -> Problem {
        Problem(.badRequest, detail: "\(param) \(reason)", cause: cause, invalidParams: [InvalidParam(param: param, reason: reason)])
    }

    package static let mediaType = "application/problem+json"

    /// The document, in the order of RFC 9457 §3.1, ended by a line feed for those who read it in a terminal.
    package var body: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "about:blank")
        writer.member("title", title)
        writer.member("status", status.code)
        if let detail { writer.member("detail", detail) }
        if let cause { writer.member("cause", cause) }
        if !invalidParams.isEmpty {
            writer.member("invalidParams")
            writer.beginArray()
            for invalid in invalidParams {
                writer.beginObject()
                writer.member("param", invalid.param)
                writer.member("reason", invalid.reason)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes + [ASCII.lineFeed]
    }

    package var response: Response { .typed(Problem.mediaType, status, fields: fields, body) }
}
