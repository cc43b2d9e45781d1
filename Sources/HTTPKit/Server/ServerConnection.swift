/// What a worker knows of each of its connections, whatever is spoken on it.
protocol ServerConnection: AnyObject {
    /// At once, whatever is under way.
    func close()
    /// The server is leaving: takes no more than what is already on its way.
    func beginDraining()
    /// What was on its way has had its time: closes if nothing is under way.
    func closeIfIdle()
}
