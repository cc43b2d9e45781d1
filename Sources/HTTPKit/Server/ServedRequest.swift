/// One answered request, for metrics and the access log.
package struct ServedRequest: Sendable {
    package let method: Method
    /// The route's pattern, never the path: it names no identity. Empty where no route matched.
    package let route: String
    package let status: Status
    package let duration: Duration
}
