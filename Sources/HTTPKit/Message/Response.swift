/// A whole response. The server adds `Content-Length`, `Date` and the connection's own fields.
package struct Response: Sendable {
    package var status: Status
    package var fields: Fields
    package var body: [UInt8]

    package init(_ status: Status, fields: Fields = [:], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    package static func json(_ status: Status, fields: Fields = [:], _ body: [UInt8]) -> Response {
        fields.isEmpty ? Response(status, fields: jsonFields, body: body) : typed("application/json", status, fields: fields, body)
    }

    /// Of nearly all answers there are: shared, not made anew.
    private static let jsonFields: Fields = ["Content-Type": "application/json"]

    package static func text(_ status: Status, _ text: String) -> Response {
        typed("text/plain; charset=utf-8", status, Array(text.utf8))
    }

    package static func typed(_ mediaType: String, _ status: Status, fields: Fields = [:], _ body: [UInt8]) -> Response {
        var fields = fields
        fields.append("Content-Type", mediaType)
        return Response(status, fields: fields, body: body)
    }
}
