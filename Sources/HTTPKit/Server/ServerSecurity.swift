/// How a server secures its connections, and whom it lets in.
package struct ServerSecurity: Sendable {
    let source: TLSSource
    /// Says of a peer whose certificate is good why it is not welcome here all the same; nil where it is.
    let refusal: @Sendable (Peer) -> String?
    /// Told of each connection that did not get as far as a request, and why; for the log.
    let onRefused: @Sendable (Peer, TLSError) -> Void

    package init(
        _ source: TLSSource, refusing refusal: @escaping @Sendable (Peer) -> String? = { _ in nil },
        onRefused: @escaping @Sendable (Peer, TLSError) -> Void
    ) {
        self.source = source
        self.refusal = refusal
        self.onRefused = onRefused
    }
}
