/// One answered request, for metrics and the access log.
package struct ServedRequest: Sendable {
    package let method: Method
    /// The route's pattern and never the path, which may hold a user's name. Empty where no route matched.
    package let route: String
    package let status: Status
    package let duration: Duration
}
