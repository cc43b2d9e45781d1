package import HTTPKit

/// What an administrator does to a record, and whether a user who was let in before is let in no more.
package struct RecordChange: Sendable, CustomStringConvertible {
    package let method: HTTPKit.Method
    package let path: String
    package let content: String
    package let shutsOut: Bool

    package init(_ method: HTTPKit.Method, _ path: String, _ content: String = "", shutsOut: Bool) {
        self.method = method
        self.path = path
        self.content = content
        self.shutsOut = shutsOut
    }

    package var description: String { "\(method.rawValue) \(path) \(content)" }

    /// - Returns: what was answered.
    package func make(_ router: Router) async -> Response {
        let type = method == .patch ? "application/merge-patch+json" : "application/json"
        return await router.answer(
            Request(
                method: method, path: Array("/admin/v1/\(path)".utf8), fields: content.isEmpty ? [:] : ["Content-Type": type],
                body: Array(content.utf8)))
    }

    /// The members of records that none of these changes touches, so that a test leaves out none.
    ///
    /// - Parameter records: each path with the members that need not be touched: they are read-only, or only name the record.
    package static func untouched(_ changes: [RecordChange], in records: [String: Set<String>], _ router: Router) async -> [String] {
        var untouched: [String] = []
        for (path, exceptions) in records {
            let record = await router.answer(Request(method: .get, path: Array("/admin/v1/\(path)".utf8)))
            let members = (try? JSONValue(record.body))?.object?.members.map(\.name) ?? []
            if members.isEmpty { untouched.append("\(path) is not there") }
            let touched = changes.filter { $0.path == path }.flatMap { (try? JSONValue(Array($0.content.utf8)))?.object?.members.map(\.name) ?? [] }
            for member in members where !exceptions.contains(member) && !touched.contains(member) { untouched.append("\(path) \(member)") }
        }
        return untouched
    }
}
