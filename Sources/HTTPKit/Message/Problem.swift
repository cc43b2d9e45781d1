internal import Base

/// A problem document (RFC 9457), to be thrown by a handler.
package struct Problem: Error, Sendable {
    package var status: Status
    package var detail: String?
    /// Members that an application adds (RFC 9457 §3.2); they follow the standard ones.
    package var extensions: JSONObject
    /// Header fields that go with the answer: `Allow`, `Retry-After`, `WWW-Authenticate`.
    package var fields: Fields

    package init(_ status: Status, detail: String? = nil, extensions: JSONObject = [:], fields: Fields = [:]) {
        self.status = status
        self.detail = detail
        self.extensions = extensions
        self.fields = fields
    }

    /// The document for a refusal, as far as RFC 9457 and RFC 9110 define it.
    package init(_ refusal: Refusal) {
        self.init(refusal.status, detail: refusal.reason)
        switch refusal.code {
        case .method(let allowed): fields = ["Allow": allowed]
        case .parameter(let name): detail = "\(name) \(refusal.reason)"
        case .contentCoding: fields = ["Accept-Encoding": "identity"]
        case .overload: fields = ["Retry-After": "1"]
        case .message, .pathEncoding, .unknownPath, .unknownAPI, .unknownPart: break
        }
    }

    package static let mediaType = "application/problem+json"

    /// The document, in the order of RFC 9457 §3.1. A line feed ends it, so that it reads well in a terminal.
    package var body: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "about:blank")
        // The title of the type about:blank is the status in words (RFC 9457 §4.2.1).
        writer.member("title", status.reason)
        writer.member("status", status.code)
        if let detail { writer.member("detail", detail) }
        for member in extensions.members {
            writer.member(member.name)
            member.value.write(to: &writer)
        }
        writer.endObject()
        return writer.bytes + [ASCII.lineFeed]
    }

    package var response: Response { .typed(Problem.mediaType, status, fields: fields, body) }
}
