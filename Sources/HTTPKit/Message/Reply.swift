/// What a handler says: the answer, or that it has to wait for something.
package enum Reply: Sendable {
    case now(Response)
    /// Runs as a task on the connection's own event loop; cancelled when the connection goes away.
    case later(@Sendable () async -> Response)
}
