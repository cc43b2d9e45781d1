/// An open connection to an origin, of HTTP/1.1 or HTTP/2.
protocol ClientConnection: AnyObject {
    /// Whether another request can be sent now.
    var hasRoom: Bool { get }
    /// Whether there may be room again once the exchanges under way have ended.
    var isInUse: Bool { get }
    /// Whether the server has closed the connection, although the loop has not reported it yet.
    var isStale: Bool { get }
    /// The exchange that has waited for its response the longest.
    var oldest: ClientExchange? { get }
    func start(_ exchange: ClientExchange)
    /// Gives up an exchange: nobody waits for its response any more.
    func abandon(_ exchange: ClientExchange)
    func close()
    func shutDown()
}
