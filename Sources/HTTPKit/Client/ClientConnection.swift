/// An open connection to an origin, whatever is spoken on it.
protocol ClientConnection: AnyObject {
    /// Whether another request can be sent now.
    var hasRoom: Bool { get }
    /// Whether there may be room again when what is under way has ended.
    var isInUse: Bool { get }
    /// Whether the server has gone although we have not been told yet.
    var isStale: Bool { get }
    func start(_ exchange: ClientExchange)
    /// Nobody waits for this response any more.
    func abandon(_ exchange: ClientExchange)
    func close()
    func shutDown()
}
