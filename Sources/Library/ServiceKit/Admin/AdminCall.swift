package import HTTPKit
package import Store

/// A request to the admin listener, and the administrator who sent it.
package struct AdminCall: Sendable {
    package let request: Request
    package let author: Author

    package init(_ request: Request, by author: Author) {
        self.request = request
        self.author = author
    }

    /// What the store is told about the change that the request asks for.
    ///
    /// - Throws: 400 for preconditions that cannot be read.
    package func change() throws(Problem) -> Change {
        let preconditions = try Preconditions(request)
        return Change(by: author, if: preconditions.allow)
    }
}
