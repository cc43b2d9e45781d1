/// A request to send. The client adds `Host` and `Content-Length`.
package struct ClientRequest: Sendable {
    package var method: Method
    /// The path and the query, percent-encoded.
    package let target: [UInt8]
    package var fields: Fields
    package var body: [UInt8]
    /// Whether this origin was sent the same before and refused it: no question of its own, but one request more.
    package var isRepeated = false
    /// Whether the caller has another origin to ask. Where this one refuses the request, the caller is told at once instead of a second attempt here.
    package var mayGoElsewhere = false

    package init(_ method: Method, _ target: String, fields: Fields = [:], body: [UInt8] = []) {
        self.init(method, Array(target.utf8), fields: fields, body: body)
    }

    package init(_ method: Method, _ target: [UInt8], fields: Fields = [:], body: [UInt8] = []) {
        precondition(target.first == UInt8(ascii: "/") && ClientRequest.isTarget(target), "a target is an encoded path")
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
    }

    /// Asks nothing but for an answer (RFC 9110 §9.3.7).
    static let probe = ClientRequest(probe: Array("*".utf8))

    private init(probe target: [UInt8]) {
        method = .options
        self.target = target
        fields = [:]
        body = []
    }

    /// Whether each byte may stand in a target, which is percent-encoded where it has to be (RFC 3986 §2).
    package static func isTarget(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { $0.isTarget } }
}
