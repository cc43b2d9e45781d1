/// The bounds of what all services share. Bytes and counts end in `Max`.
enum ServiceLimits {
    /// A configuration file.
    static let configBytesMax = 65_536
    /// Variables of the environment that are looked at; more than anybody sets.
    static let variablesMax = 100_000
    /// The value of one setting; a setting has this many values at most.
    static let settingBytesMax = 4_096
    static let listCountMax = 64

    /// One log line. A pipe takes this much in one piece (PIPE_BUF), so that lines of several processes do not mix.
    static let logLineBytesMax = 4_096
    static let logMessageBytesMax = 1_024
    static let logNameBytesMax = 64
    static let logValueBytesMax = 512

    /// Label sets of one metric; further ones are counted and not kept.
    static let seriesPerMetricMax = 200
    /// Descriptors counted for `process_open_fds`.
    static let descriptorsCountedMax = 100_000

    /// An answer of the admin API. It is below the bytes that a connection may leave unsent.
    static let adminAnswerBytesMax = 524_288
    static let pageItemsDefault = 100
    static let pageItemsMax = 1_000
    static let cursorBytesMax = 1_024
    static let entityTagsMax = 16
    /// A text member of a body of the admin API, where its reader names no other bound.
    static let memberBytesMax = 1_024

    /// How long requests in flight may take when the service is told to stop.
    static let drainTime: Duration = .seconds(20)
    /// The same after a fatal error: enough for the answers that are ready.
    static let failedDrainTime: Duration = .seconds(1)
    /// How long the connections of the admin listener may take, which closes last.
    static let adminDrainTime: Duration = .seconds(1)
    /// How long after the signal the process ends, even if something hangs.
    static let stopTime: Duration = .seconds(30)
    static let failedStopTime: Duration = .seconds(5)
    /// After how long an event loop that does not turn counts as dead.
    static let loopStallTime: Duration = .seconds(5)
    static let loopBeatTime: Duration = .seconds(1)
    /// How long to wait for somebody to answer at an address before the service listens there.
    static let probeTime: Duration = .milliseconds(500)
}
