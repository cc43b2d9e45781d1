/// The TLS of a server, and which peers it lets in.
package struct ServerSecurity: Sendable {
    let source: TLSSource
    /// Says why a peer with a valid certificate is not let in; nil where it is.
    let refusal: @Sendable (Peer) -> String?
    /// Told, for the log, of each connection that ended before its first request because of TLS.
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
