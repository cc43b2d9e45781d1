/// One answered request, for metrics and the access log.
package struct ServedRequest: Sendable {
    /// Nil where the request was refused before its method was read, or where its method is not known here.
    package let method: Method?
    /// The route's pattern and never the path, which may hold a user's name. Empty where no route matched.
    package let route: String
    package let status: Status
    /// From the whole request to its answer; of a refused one, from its first byte.
    package let duration: Duration
}
