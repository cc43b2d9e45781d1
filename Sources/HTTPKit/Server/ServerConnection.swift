/// A connection of a server in any of its stages: TLS handshake, HTTP/1.1, HTTP/2.
protocol ServerConnection: AnyObject {
    /// Closes at once, even while requests are handled.
    func close()
    /// Takes no further requests than those already under way, because the server is shutting down.
    func beginDraining()
    /// Closes if no request is under way and none waits to be read.
    func closeIfIdle()
}
