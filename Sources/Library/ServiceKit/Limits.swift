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
    /// The memory of the lines that wait for whoever reads standard error; further ones are dropped.
    static let logQueuedBytesMax = 1_048_576
    /// How many lines of one kind are written in each window; further ones are counted and left out.
    static let logLinesPerWindowMax = 5
    static let logWindowTime: Duration = .seconds(1)
    /// Kinds of lines that are counted apart.
    static let logKindsMax = 256
    /// How long the last lines may take when the process ends.
    static let logCloseTime: Duration = .milliseconds(500)

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
    /// Unknown query parameters that a refusal names.
    static let unknownParametersNamedMax = 16
    /// How often a change is tried anew because another one came between what it was made from and its writing.
    static let changeAttemptsMax = 16
    /// A text member of a body of the admin API, where its reader names no other bound.
    static let memberBytesMax = 1_024

    /// How long requests in flight may take when the service is told to stop.
    static let drainTime: Duration = .seconds(20)
    /// The same after a fatal error: enough for the answers that are ready.
    static let failedDrainTime: Duration = .seconds(1)
    /// How long requests in flight on the admin listener may take, which closes after the others.
    static let adminDrainTime: Duration = .seconds(5)
    /// How long after the signal the process ends, even if something hangs.
    static let stopTime: Duration = .seconds(30)
    static let failedStopTime: Duration = .seconds(5)
    /// After how long an event loop that does not turn counts as dead.
    static let loopStallTime: Duration = .seconds(5)
    static let loopBeatTime: Duration = .seconds(1)
    /// How often the files and the disk of a database are looked at, and how often certificates and revocation lists are.
    static let storeLookTime: Duration = .seconds(1)
    static let certificateLookTime: Duration = .seconds(10)
    /// After how long a look that has not ended means that the disk does not answer.
    static let lookStallTime: Duration = .seconds(1)
    /// From how many days before its end a certificate or a revocation list is warned of.
    static let certificateDaysWarned: Int64 = 14
    /// How long to wait for somebody to answer at an address before the service listens there.
    static let probeTime: Duration = .milliseconds(500)
}
