/// A whole request, owned: it may be carried into a task and outlive its connection. One object, for it is handed on whole.
package final class Request: Sendable {
    package let method: Method
    /// The path as sent, undecoded, always beginning with `/`.
    package let path: [UInt8]
    /// What followed `?`, undecoded.
    package let query: [UInt8]?
    package let fields: Fields
    package let body: [UInt8]
    package let peer: Peer

    package init(
        method: Method, path: [UInt8], query: [UInt8]? = nil, fields: Fields = [:], body: [UInt8] = [], peer: Peer = Peer(address: "")
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.fields = fields
        self.body = body
        self.peer = peer
    }

    /// The decoded value of a query parameter; an empty one where the name stands alone.
    /// - Throws: 400 where the parameter is given twice or is badly encoded.
    package func queryItem(_ name: String) throws(Refusal) -> String? {
        var found: String?
        for pair in (query ?? []).split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard pair[..<equals].elementsEqual(name.utf8) else { continue }
            guard found == nil else { throw Refusal(.badRequest, "is given twice", as: .parameter("query \(name)")) }
            guard let decoded = PercentCoding.decode(pair[equals...].dropFirst()), let text = String(validating: decoded, as: UTF8.self) else {
                throw Refusal(.badRequest, "is not percent-encoded UTF-8", as: .parameter("query \(name)"))
            }
            found = text
        }
        return found
    }

    /// Whether the body says it is of this media type, parameters aside (RFC 9110 §8.3.1).
    package func hasMediaType(_ type: String) -> Bool { fields.hasMediaType(type) }
}
