/// Every bound of a server. Bytes and counts end in `Max`; times are how long a peer may take.
package struct ServerLimits: Sendable {
    /// Method, target and version in one line (414 beyond).
    package var requestLineBytesMax = 4_096
    /// Request line and all header fields (431 beyond).
    package var headBytesMax = 16_384
    /// Header fields of one message (431 beyond).
    package var fieldCountMax = 64
    /// A request body after dechunking (413 beyond).
    package var bodyBytesMax = 65_536
    /// Bytes read ahead while a handler is still at work; reading pauses beyond.
    package var pipelinedBytesMax = 65_536
    /// Response bytes a slow reader may leave unsent; the connection is closed beyond.
    package var unsentBytesMax = 1_048_576
    /// Open connections of one event loop; the next are closed as they come.
    package var connectionsPerLoopMax = 10_000
    /// Requests being handled on one event loop (503 with `Retry-After` beyond).
    package var inFlightPerLoopMax = 1_024
    /// From the first byte of a request to the end of its head (408 beyond).
    package var headTime: Duration = .seconds(10)
    /// From the end of the head to the end of the body (408 beyond).
    package var bodyTime: Duration = .seconds(20)
    /// Between requests on a kept-alive connection.
    package var idleTime: Duration = .seconds(60)
    /// Without a byte of a response being taken.
    package var writeStallTime: Duration = .seconds(10)
    /// After the last answer, for the peer to read it and to stop sending.
    package var lingerTime: Duration = .seconds(1)
    /// When draining, for a request that is already on its way on an idle connection.
    package var drainIdleTime: Duration = .milliseconds(100)
    /// Answers to pipelined requests are gathered up to here before they are written.
    package var gatheredBytesMax = 65_536
    /// A `listen` backlog.
    package var backlogMax: Int32 = 4_096

    package init() {}
}

/// Every bound of a client.
package struct ClientLimits: Sendable {
    /// Connections of one event loop to one origin; further requests wait.
    package var connectionsPerOriginMax = 64
    /// Requests of one event loop waiting for a connection to one origin; the next fail at once.
    package var waitingPerOriginMax = 1_024
    /// A response's status line and header fields.
    package var headBytesMax = 16_384
    package var fieldCountMax = 64
    package var bodyBytesMax = 1_048_576
    /// How long a connection is kept for the next request: shorter than any server's, so that it is we who close.
    package var idleTime: Duration = .seconds(30)
    /// To open a connection; the request's own deadline also holds.
    package var connectTime: Duration = .seconds(5)
    /// How long a resolved host name is used.
    package var resolutionTime: Duration = .seconds(10)
    /// Interim (1xx) responses before the final one.
    package var interimResponsesMax = 8

    package init() {}
}

/// The bounds of an event loop itself.
enum LoopLimits {
    /// Read at once from one socket; also the largest datagram.
    static let readBytesMax = 65_536
    /// Events taken from the kernel in one turn.
    static let eventsMax: Int32 = 256
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
