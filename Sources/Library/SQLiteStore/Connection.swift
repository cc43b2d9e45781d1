internal import CSQLite

/// The one connection to a database file.
///
/// Not Sendable: it belongs to the database thread, which lends it to the bodies of `Database.write` and `.read`.
/// The text of a statement is a literal, so no value can slip into it: values are bound, by position.
///
///     try connection.row("UPDATE counter SET value = value + ?1 WHERE name = ?2 RETURNING value", 5, name) { row in
///         try row.get(0, as: Int64.self)
///     }
public final class Connection {
    @usableFromInline enum Access { case read, write }

    // Safety: made by sqlite3_open_v2, closed once by close(), used by one thread at a time (SQLITE_OPEN_NOMUTEX).
    let handle: OpaquePointer
    /// What the running body was called, for errors.
    var label: StaticString = "open"
    /// What the running body may do.
    var access = Access.write
    /// Whether the running body has started a statement that writes.
    var hasWritten = false
    /// How often something that was written has been undone: what a body has found or written holds for later bodies as long as this is the same.
    package internal(set) var undoCount = 0
    /// Pages in the write-ahead log after the last commit. Written by SQLite's commit hook.
    let logPages: UnsafeMutablePointer<Int32>
    private var statements: [StatementKey: Statement] = [:]

    /// Takes over an open handle: see `Connection.open`.
    init(owning handle: OpaquePointer) {
        self.handle = handle
        logPages = .allocate(capacity: 1)
        logPages.initialize(to: 0)
    }

    /// Runs a statement that gives no rows.
    ///
    /// - Returns: how many rows it inserted, updated or deleted itself (not through triggers).
    /// - Throws: `.misuse` when it gives a row after all, or takes another number of values; whatever SQLite reports.
    @discardableResult
    package func execute(_ sql: StaticString, _ values: any SQLValue...) throws(SQLiteError) -> Int {
        let changesBefore = sqlite3_total_changes64(handle)
        let row = try start(sql, values)
        defer { stop(row) }
        guard try !step(row) else { throw misuse("gave a row that nobody reads", row.statement) }
        // sqlite3_changes keeps its value over statements that change no rows by nature, such as CREATE TABLE.
        return sqlite3_total_changes64(handle) == changesBefore ? 0 : Int(sqlite3_changes64(handle))
    }

    /// Runs a statement that gives at most one row.
    ///
    /// - Returns: what `read` made of the row, or nil when there was none.
    /// - Throws: `.tooLarge` when there is a second row, `.misuse` for another number of values; whatever `read` throws or SQLite reports.
    package func row<Result>(
        _ sql: StaticString, _ values: any SQLValue..., read: (Row) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result? {
        let row = try start(sql, values)
        defer { stop(row) }
        guard try step(row) else { return nil }
        let result = try read(row)
        guard try !step(row) else { throw tooManyRows(row, max: 1) }
        return result
    }

    /// Runs a statement and reads all its rows.
    ///
    /// - Throws: `.tooLarge` when there are more rows than `DatabaseLimits.rowsMax` (write LIMIT, and page);
    ///   `.misuse` for another number of values; whatever `read` throws or SQLite reports.
    package func rows<Result>(
        _ sql: StaticString, _ values: any SQLValue..., read: (Row) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> [Result] {
        let row = try start(sql, values)
        defer { stop(row) }
        var results: [Result] = []
        while try step(row) {
            guard results.count < DatabaseLimits.rowsMax else { throw tooManyRows(row, max: DatabaseLimits.rowsMax) }
            results.append(try read(row))
        }
        return results
    }

    /// Binds the values. `stop` must follow, whatever happens.
    func start(_ sql: StaticString, _ values: [any SQLValue]) throws(SQLiteError) -> Row {
        let statement = try prepared(sql)
        guard values.count == statement.parameterCount else {
            throw misuse("takes \(statement.parameterCount) values, got \(values.count)", statement)
        }
        statement.start()
        for (index, value) in values.enumerated() {
            let result = statement.bind(value.sqlCell, at: Int32(truncatingIfNeeded: index + 1))
            guard result == SQLITE_OK else {
                defer { statement.stop() }
                throw error(result, statement)
            }
        }
        return Row(statement: statement, label: label)
    }

    /// - Returns: whether there is a row, or one more, to read.
    func step(_ row: Row) throws(SQLiteError) -> Bool {
        switch row.statement.step() {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let result: throw error(result, row.statement)
        }
    }

    func stop(_ row: Row) { row.statement.stop() }

    func tooManyRows(_ row: Row, max: Int) -> SQLiteError {
        SQLiteError(.tooLarge, "more than \(max) rows", place: row.statement.place(label))
    }

    private func prepared(_ sql: StaticString) throws(SQLiteError) -> Statement {
        let key = StatementKey(sql)
        let statement: Statement
        if let known = statements[key] {
            statement = known
        } else {
            guard statements.count < DatabaseLimits.preparedStatementsMax else {
                throw SQLiteError(.tooLarge, "too many distinct statements", place: "\(label)")
            }
            statement = try Statement(sql, on: handle, label: label)
            statements[key] = statement
        }
        if statement.isRunning { throw misuse("its rows are still being read", statement) }
        if !statement.isReadOnly {
            guard access == .write else { throw misuse("writes, but was asked to read", statement) }
            hasWritten = true
        }
        return statement
    }

    /// Finalises every statement and closes the file; the connection must not be used after that.
    func close() {
        statements.removeAll()
        sqlite3_wal_hook(handle, nil, nil)
        sqlite3_close_v2(handle)
        logPages.deallocate()
    }

    private func error(_ result: Int32, _ statement: Statement) -> SQLiteError {
        SQLiteError(sqlite: result, on: handle, place: statement.place(label))
    }

    private func misuse(_ reason: String, _ statement: Statement) -> SQLiteError {
        SQLiteError(.misuse, reason, place: statement.place(label))
    }
}

/// The text of a statement, known by where the literal lies: cheaper than its octets, and as good, for a literal never moves.
private struct StatementKey: Hashable {
    private let start: UInt
    private let count: Int

    init(_ sql: StaticString) {
        start = UInt(bitPattern: sql.utf8Start)
        count = sql.utf8CodeUnitCount
    }
}
