internal import Logging

/// Writes each log event as one line.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level
    private let format: LineFormat
    private let output: LineOutput
    private let admits: @Sendable (LineKind) -> Bool

    /// - Parameter admits: decides whether a line of a kind is written now. It is not asked about the levels debug and trace: an operator who turns
    ///   them on wants every line.
    init(_ format: LineFormat, level: Logger.Level, output: LineOutput, admits: @escaping @Sendable (LineKind) -> Bool = { _ in true }) {
        self.format = format
        logLevel = level
        self.output = output
        self.admits = admits
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let message = event.message.description
        guard event.level < .info || admits(LineKind(event.level, message, event.metadata)) else { return }
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        _ = output.write(format.line(event.level, message, all))
    }
}
