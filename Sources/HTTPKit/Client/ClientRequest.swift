/// A request to send. The client adds `Host` and `Content-Length`.
package struct ClientRequest: Sendable {
    package var method: Method
    /// Path and query, percent-encoded.
    package var target: String
    package var fields: Fields
    package var body: [UInt8]

    package init(_ method: Method, _ target: String, fields: Fields = [:], body: [UInt8] = []) {
        precondition(target.utf8.first == UInt8(ascii: "/") && target.utf8.allSatisfy { ASCII.isTarget($0) }, "a target is an encoded path")
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
    }
}
