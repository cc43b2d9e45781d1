/// What a handler returns: the answer, or work that has to wait for something first.
package enum Reply: Sendable {
    case now(Response)
    /// Runs as a task on the connection's event loop. The task is cancelled when the connection ends.
    case later(@Sendable () async -> Response)
}
