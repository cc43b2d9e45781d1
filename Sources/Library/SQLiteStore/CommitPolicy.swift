/// What is given to a database besides its file.
package struct CommitPolicy: Sendable {
    /// What a disk that is full at the commit means.
    package enum DiskFull: Sendable {
        /// As any other commit error: the database stops.
        case stops
        /// An error for the callers of that batch, once the rollback has worked; later calls are served. Sound, because
        /// SQLite reports a full disk only for a write, which comes before the sync: the batch is known not to be stored.
        case refusesBatch
    }

    package var diskFull: DiskFull
    /// For tests: called on the database thread before the commit of each batch of writes, with its number from 1.
    /// An error it throws counts as the commit's own.
    package var beforeCommit: (@Sendable (Int) throws(SQLiteError) -> Void)?

    package init(diskFull: DiskFull = .stops, beforeCommit: (@Sendable (Int) throws(SQLiteError) -> Void)? = nil) {
        self.diskFull = diskFull
        self.beforeCommit = beforeCommit
    }
}
