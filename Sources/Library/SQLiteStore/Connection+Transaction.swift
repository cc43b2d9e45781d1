internal import CSQLite

extension Connection {
    /// Whether a transaction is open. After a full disk, an I/O error or too little memory SQLite may have rolled it back by itself.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    func begin(_ access: Access) throws(SQLiteError) {
        self.access = .write
        switch access {
        case .read: try execute("BEGIN DEFERRED")
        case .write: try execute("BEGIN IMMEDIATE")
        }
        self.access = access
    }

    /// On return the transaction is on disk. On an error it may or may not be.
    func commit() throws(SQLiteError) {
        access = .write
        try execute("COMMIT")
    }

    /// Ends a transaction in which nothing was written.
    func endReading() {
        access = .write
        if isInTransaction { _ = try? execute("COMMIT") }
    }

    /// - Returns: whether no transaction is open any more.
    func rollBack() -> Bool {
        access = .write
        undoCount += 1
        if isInTransaction { _ = try? execute("ROLLBACK") }
        return !isInTransaction
    }

    /// Runs `body` with nothing to go back to: when it fails and `hasWritten` says that it may have written, all of the transaction must be undone.
    ///
    /// - Throws: what `body` throws; `.constraintForeignKey` when it leaves a deferred reference open, which would otherwise make the commit
    ///   fail for everybody; `.misuse` when it ended the transaction.
    func runBody(_ body: (Connection) throws(SQLiteError) -> Void) throws(SQLiteError) {
        hasWritten = false
        try body(self)
        if hasWritten { try checkReferences() }
        guard isInTransaction else { throw SQLiteError(.misuse, "the body ended the transaction", place: "\(label)") }
    }

    /// Runs `body` so that, when it fails, what it wrote is undone, and nothing else.
    ///
    /// - Throws: as `runBody`. When `isInTransaction` is false after that, SQLite could not undo the body alone.
    func inSavepoint(_ body: (Connection) throws(SQLiteError) -> Void) throws(SQLiteError) {
        try execute("SAVEPOINT body")
        do {
            try runBody(body)
            try execute("RELEASE body")
        } catch {
            undoCount += 1
            if isInTransaction { try undoBody() }
            throw error
        }
    }

    private func undoBody() throws(SQLiteError) {
        do {
            try execute("ROLLBACK TO body")
            try execute("RELEASE body")
        } catch {
            _ = rollBack()
            throw error
        }
    }

    private func checkReferences() throws(SQLiteError) {
        var open: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &open, &highest, 0)
        if open != 0 {
            throw SQLiteError(.constraintForeignKey, "a reference is left open", place: "\(label)")
        }
    }

    /// Copies the write-ahead log back into the database file.
    ///
    /// - Parameter truncating: whether the log is emptied as well.
    func checkpoint(truncating: Bool) throws(SQLiteError) {
        let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        let result = sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil)
        guard result == SQLITE_OK else { throw SQLiteError(sqlite: result, on: handle, place: "checkpoint") }
        logPages.pointee = 0
    }

    /// Counts the log's pages, in place of SQLite's own automatic checkpoint: that one runs inside the COMMIT,
    /// while callers wait, and swallows its errors.
    func countLogPages() {
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                // Safety: `context` is `logPages`, which outlives the hook: close() takes the hook off first.
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, logPages)
    }
}
