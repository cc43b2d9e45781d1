internal import Logging

/// The lines that count as the same when too many come: those with one level, message, cause and status.
///
/// The messages of this program are fixed texts, and causes and status codes come from closed sets. A reason does not: a stranger could vary it.
struct LineKind: Hashable, Sendable {
    let level: Logger.Level
    let message: String
    let cause: String?
    let status: String?

    init(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata?) {
        self.level = level
        self.message = message
        cause = metadata?["cause"]?.description
        status = metadata?["status"]?.description
    }

    /// All kinds for which there was no room.
    static let other = LineKind(.info, "lines of many other kinds", nil)

    /// The kind as the metadata of a line about it.
    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["of": .string(message)]
        metadata["cause"] = cause.map { .string($0) }
        metadata["status"] = status.map { .string($0) }
        return metadata
    }
}
