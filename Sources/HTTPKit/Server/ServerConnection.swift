/// A connection of a server in any of its stages: TLS handshake, HTTP/1.1, HTTP/2.
protocol ServerConnection: AnyObject {
    var client: ServerAdmission.Client { get }
    /// Bytes of requests that are not answered and of answers that are not taken.
    var heldBytes: Int { get }
    /// Gives up what it holds: with an answer where a request is unfinished, else by closing.
    func refuseHeld()
    /// Closes at once, even while requests are handled.
    func close()
    /// Takes no further requests than those already under way, because the server is shutting down.
    func beginDraining()
    /// Closes if no request is under way and none waits to be read.
    func closeIfIdle()
}
