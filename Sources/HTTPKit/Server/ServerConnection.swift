/// What a worker knows of each of its connections, whatever is spoken on it.
protocol ServerConnection: AnyObject {
    var client: ServerAdmission.Client { get }
    /// Bytes of requests that are not answered and of answers that are not taken.
    var heldBytes: Int { get }
    /// Gives up what it holds: with an answer where a request is unfinished, else by closing.
    func refuseHeld()
    /// At once, whatever is under way.
    func close()
    /// The server is leaving: takes no more than what is already on its way.
    func beginDraining()
    /// What was on its way has had its time: closes if nothing is under way.
    func closeIfIdle()
}
