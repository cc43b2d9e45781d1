/// The bounds of an event loop.
enum LoopLimits {
    /// Bytes that are read at once from one socket; also the largest datagram.
    static let readBytesMax = 65_536
    /// Events that are taken from the kernel in one turn.
    static let eventsMax: Int32 = 256
    /// Reads of bytes that are dropped before a connection is closed, so that the peer can read the last alert.
    static let dropsBeforeCloseMax = 16
    /// Reads of bytes that the peer sent before it broke a connection.
    static let readsBeforeCloseMax = 256
    /// Connections that are accepted in one turn, so that the open ones get their share of it.
    static let acceptsPerTurnMax = 64
    /// Connections that are accepted from the backlog when a listener closes.
    static let acceptsBeforeCloseMax = 8_192
    /// Datagrams that are read from one socket in one turn.
    static let datagramsPerTurnMax = 64
    /// Rounds of jobs in one turn, before descriptors and timers are served again.
    static let jobRoundsPerTurnMax = 64
    /// Rounds in which a loop that ends closes descriptors and runs the tasks that this resumes.
    static let endingRoundsMax = 64
    /// How long a listener pauses when the process has no descriptor left.
    static let acceptPause: Duration = .milliseconds(100)
}
