package import HTTPKit

/// What an administrator can ask for, as the interface document of a service lists it: so that a test leaves out none.
package struct AdminOperation: Sendable, CustomStringConvertible {
    package let method: HTTPKit.Method
    /// With parameters in braces.
    package let path: String

    package var description: String { "\(method.rawValue) \(path)" }

    /// The operations of a service's own resources. Those that every service has are ServiceKit's to test.
    package static func all(in openAPI: String) -> [AdminOperation] {
        let paths = (try? JSONValue(Array(openAPI.utf8)))?.object?["paths"]?.object?.members ?? []
        return paths.flatMap { path -> [AdminOperation] in
            guard path.name.hasPrefix("/admin/v1/"), path.name != "/admin/v1/flow-events" else { return [] }
            return [HTTPKit.Method.get, .put, .post, .delete, .patch].filter { path.value.object?[$0.rawValue.lowercased()] != nil }
                .map { AdminOperation(method: $0, path: path.name) }
        }
    }

    /// A request for the operation, with an empty object for its content.
    package func request(_ fields: Fields = [:]) -> Request {
        let segments = path.split(separator: "/").map { AdminOperation.samples[$0] ?? String($0) }
        var fields = fields
        let hasContent = method != .get && method != .delete
        if hasContent { fields.append("Content-Type", method == .patch ? "application/merge-patch+json" : "application/json") }
        return Request(
            method: method, path: Array("/\(segments.joined(separator: "/"))".utf8), fields: fields, body: hasContent ? Array("{}".utf8) : [])
    }

    private static let samples: [Substring: String] = [
        "{impi}": "user1@primary.example", "{partnerImpi}": "visitor1@partner.example", "{systemId}": "partner.example",
        "{impu}": "sip:user1@primary.example",
    ]
}
