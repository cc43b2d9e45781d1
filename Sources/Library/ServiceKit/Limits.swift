/// Every bound of what the services have in common. Bytes and counts end in `Max`.
enum ServiceLimits {
    /// A configuration file.
    static let configBytesMax = 65_536
    /// One setting, wherever it comes from; also the values of one list.
    static let settingBytesMax = 4_096
    static let listCountMax = 64

    /// One log line. A pipe takes this much in one piece (PIPE_BUF), so lines of several processes do not mix.
    static let logLineBytesMax = 4_096
    static let logMessageBytesMax = 1_024
    static let logNameBytesMax = 64
    static let logValueBytesMax = 512

    /// Label sets of one metric; more are counted, not kept.
    static let seriesPerMetricMax = 200
    /// Descriptors counted for `process_open_fds`.
    static let descriptorsCountedMax = 100_000

    /// An answer of the administration: below what a connection may leave unsent.
    static let adminAnswerBytesMax = 524_288
    static let pageItemsDefault = 100
    static let pageItemsMax = 1_000
    static let cursorBytesMax = 1_024
    static let entityTagsMax = 16
    /// A text member of an administration body, unless its reader says otherwise.
    static let memberBytesMax = 1_024
    static let memberCountMax = 256

    /// Traces in one answer that lists them.
    static let flowTracesListedMax = 100

    /// For requests in flight when the service is told to stop.
    static let drainTime: Duration = .seconds(20)
    /// The same after a fatal error: just enough for the answers that are ready.
    static let failedDrainTime: Duration = .seconds(1)
    /// For the administration's connections, last of all.
    static let adminDrainTime: Duration = .seconds(1)
    /// From the signal to the end of the process, whatever hangs.
    static let stopTime: Duration = .seconds(30)
    static let failedStopTime: Duration = .seconds(5)
    /// An event loop that has not turned for this long is not alive.
    static let loopStallTime: Duration = .seconds(5)
    static let loopBeatTime: Duration = .seconds(1)
    /// To find out whether somebody answers at an address we are to listen at.
    static let probeTime: Duration = .milliseconds(500)
}
