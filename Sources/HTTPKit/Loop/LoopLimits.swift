/// The bounds of an event loop itself.
enum LoopLimits {
    /// Read at once from one socket; also the largest datagram.
    static let readBytesMax = 65_536
    /// Events taken from the kernel in one turn.
    static let eventsMax: Int32 = 256
    /// Reads of what nobody wants before a connection is closed.
    static let dropsBeforeCloseMax = 16
    /// Reads of what a peer said before it broke a connection.
    static let readsBeforeCloseMax = 256
    /// Connections accepted in one turn, so that those already open get their share.
    static let acceptsPerTurnMax = 64
    /// Connections still taken from the backlog when a listener closes.
    static let acceptsBeforeCloseMax = 8_192
    /// Datagrams taken from one socket in one turn.
    static let datagramsPerTurnMax = 64
    /// Rounds of jobs run in one turn, before descriptors and timers have theirs again.
    static let jobRoundsPerTurnMax = 64
    /// Turns of jobs a loop grants its tasks to learn that it is ending.
    static let endingRoundsMax = 64
    /// How long accepting pauses when the process has no descriptor left.
    static let acceptPause: Duration = .milliseconds(100)
}
