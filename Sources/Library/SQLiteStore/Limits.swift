/// Every bound of the store, in one place.
package struct DatabaseLimits: Sendable {
    /// Calls that may wait for the database thread. One more is refused as `.overloaded`.
    package var queuedCallsMax = 4096
    /// Calls that may share one transaction, and so one sync.
    package var batchCallsMax = 256

    /// Rows that one query may give; callers page through more.
    static let rowsMax = 10_000
    /// Distinct statements that one connection keeps prepared.
    static let preparedStatementsMax = 256
    /// Octets of one row, one text or one blob (SQLITE_LIMIT_LENGTH).
    static let valueBytesMax: Int32 = 1 << 20
    /// Octets of one statement's text (SQLITE_LIMIT_SQL_LENGTH).
    static let statementBytesMax: Int32 = 1 << 16
    /// Octets of a statement's text that an error shows.
    static let errorStatementBytesMax = 160

    /// Octets of one database page.
    static let pageBytes = 4096
    /// KiB of pages held in memory.
    static let cacheKibibytes = 8 * 1024
    /// Pages in the write-ahead log from which on it is copied back into the database, after a commit.
    static let logPagesBeforeCheckpoint: Int32 = 1000
    /// Octets to which a write-ahead log that once grew beyond them is cut.
    static let logBytesKept = 16 << 20

    /// Octets that must be free on the disk: those by which the write-ahead log may grow before it is copied back.
    static let freeBytesMin = Int64(logPagesBeforeCheckpoint) * Int64(pageBytes)
    /// How long a trial write may take. A hop waits for its answer less than twice as long.
    static let syncTimeMax: Duration = .seconds(1)
    /// How often a write is tried while the last one went well.
    static let syncTrialInterval: Duration = .seconds(10)

    package static let standard = DatabaseLimits()
}
