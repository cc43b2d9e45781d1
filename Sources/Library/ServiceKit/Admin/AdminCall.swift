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
}
