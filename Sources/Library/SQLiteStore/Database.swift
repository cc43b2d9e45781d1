internal import Base
internal import Glibc
public import Store

/// One SQLite file, one connection, one thread, and commits that are shared.
///
/// Calls that arrive while a commit is being synced share the next transaction: under load one sync carries many
/// writes. A caller goes on only after the commit that carries its write has returned, so what it was told is on disk,
/// also after a power cut. Any error of a commit leaves unknown what is on disk: then nobody gets a result, every later
/// call is refused (`.failed`), `onFailure` is called once, and the process should end and start again.
///
/// A cache in front of a database is exact where it keeps what was read in the body of `read` and forgets what was changed in `ended` of `write`.
/// Both run on the database thread, one after the other, and nobody else has the file: so what is kept is never older than what a caller was last
/// told is on disk.
///
/// Source: https://www.sqlite.org/wal.html; https://www.sqlite.org/pragma.html#pragma_synchronous
public final class Database: Sendable {
    private let queue: CallQueue
    private let thread: SystemThread
    private let files: DatabaseFiles
    package let firstRecord: FirstRecord
    package let commitTimes = CommitTimes()
    private let isJoined = Guarded(false)

    /// Opens the file, brings its schema up to date and starts the thread. Blocks while it does.
    ///
    /// - Parameters:
    ///   - path: created with mode 0600 when it is not there; its directory must be.
    ///   - onFailure: called on the database thread, at most once, after the waiting callers have got their error.
    /// - Throws: `.unavailable`, among others where somebody else has the file; `.damaged`, also for a file of a later version or of another program.
    ///   The reason is one line that names the path.
    package static func open(
        _ path: String, migrations: [Migration], limits: DatabaseLimits = .standard, policy: CommitPolicy = CommitPolicy(),
        onFailure: @escaping @Sendable (StoreFailure) -> Void
    ) throws(StoreFailure) -> Database {
        do throws(SQLiteError) {
            return try Database(path: path, migrations: migrations, limits: limits, policy: policy) { error in onFailure(StoreFailure(error)) }
        } catch { throw StoreFailure(error) }
    }

    /// The same with the errors of SQLite.
    ///
    /// - Throws: `.cannotOpen`, `.busyOrLocked` (somebody else has the file), `.corrupt`, `.foreign`, `.settingRefused`,
    ///   `.schemaTooNew`, or what a migration throws. The reason is one line that names the path.
    init(
        path: String, migrations: [Migration], limits: DatabaseLimits = .standard, policy: CommitPolicy = CommitPolicy(),
        onFatal: @escaping @Sendable (SQLiteError) -> Void
    ) throws(SQLiteError) {
        let connection = try Connection.open(path)
        let hasHeldRecord: Bool
        do {
            try connection.migrate(migrations, path: path)
            hasHeldRecord = try connection.hasHeldRecord()
        } catch {
            connection.close()
            throw error
        }
        queue = CallQueue(limits: limits)
        firstRecord = FirstRecord(isMissing: !hasHeldRecord)
        files = DatabaseFiles(path)
        thread = try Self.start(DatabaseWorker(connection, queue, policy, files, firstRecord, commitTimes, onFatal: onFatal))
    }

    /// Without `close()` the thread still serves what waits, and then closes the file in its own time.
    deinit {
        queue.startClosing()
        if !isJoined.withLock({ $0 }) { thread.detach() }
    }

    /// Runs `body` in a transaction and returns when that is on disk.
    ///
    ///     let value = try await database.write("count up") { (connection) throws(SQLiteError) in
    ///         try connection.row("UPDATE counter SET value = value + ?1 WHERE name = ?2 RETURNING value", 5, name) { row throws(SQLiteError) in
    ///             try row.get(0, as: Int64.self)
    ///         }
    ///     }
    ///     // Here the new value is on disk, and only here may anything be made of it.
    ///
    /// When `body` throws, what it wrote is undone, and what others wrote in the same transaction is not; except that
    /// SQLite may give up the whole transaction for a full disk or too little memory: then those before it get the same
    /// error. Cancelling the task does not take the call back.
    /// - Parameters:
    ///   - label: for errors and logs.
    ///   - ended: told on the database thread when it is settled what is on disk, or that nobody knows, in the order of the commits, and
    ///     before this method returns: for whoever keeps in memory what was read.
    ///   - outcomeOfBrokenRule: what the caller gets where a rule of the tables refused what `body` wrote; nil where that rule is none that a
    ///     request may break.
    ///   - body: runs on the database thread; it should only talk to the connection. Nothing may act on what it finds
    ///     before this method has returned. It is undone and run a second time when another call of its transaction fails.
    /// - Throws: what the errors of `body` and of the commit mean to a store; `.overloaded`, `.unavailable` once it is closed, `.failed`.
    @inlinable public func write<Answer: Sendable>(
        _ label: StaticString, ended: (@Sendable () -> Void)? = nil, outcomeOfBrokenRule: ((SQLiteError) -> Answer?)? = nil,
        _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> Answer
    ) async throws(StoreFailure) -> Answer {
        do throws(SQLiteError) { return try await submit(.write, label, ended: ended, body) } catch {
            if let outcome = outcomeOfBrokenRule?(error) { return outcome }
            throw StoreFailure(error)
        }
    }

    /// Runs `body`, which must not write, on what is on disk.
    ///
    /// It sees every write that returned before this was called. Writes that are on their way are not waited for.
    /// An I/O error here is this caller's alone, for nothing was to be stored.
    /// - Throws: what the errors of `body` mean to a store, `.misuse` when it writes, `.overloaded`, `.unavailable` once it is closed, `.failed`.
    @inlinable public func read<Answer: Sendable>(
        _ label: StaticString, _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> Answer
    ) async throws(StoreFailure) -> Answer {
        do throws(SQLiteError) { return try await submit(.read, label, ended: nil, body) } catch { throw StoreFailure(error) }
    }

    /// The error that stopped the database.
    var error: SQLiteError? { queue.failure }

    /// `write` or `read`, with the errors of SQLite.
    ///
    /// Inlined into its callers, who know the type of the answer: to find out about a type at run time costs more than to run most bodies.
    @inlinable func submit<Answer: Sendable>(
        _ access: Connection.Access, _ label: StaticString, ended: (@Sendable () -> Void)?,
        _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> Answer
    ) async throws(SQLiteError) -> Answer {
        // Safety: the database thread writes it before it lets the caller go on, and the caller reads it after that.
        nonisolated(unsafe) var kept: Answer?
        try await run(access, label, ended: ended) { (connection) throws(SQLiteError) in kept = try body(connection) }
        guard let kept else { throw Self.notRun(label) }
        return kept
    }

    @usableFromInline func run(
        _ access: Connection.Access, _ label: StaticString, ended: (@Sendable () -> Void)?,
        _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> Void
    ) async throws(SQLiteError) {
        let call = Call(access, label, ended: ended, body)
        await withCheckedContinuation { continuation in
            call.begin(continuation)
            submit(call)
        }
        if let failure = call.failure { throw failure }
    }

    @usableFromInline static func notRun(_ label: StaticString) -> SQLiteError {
        SQLiteError(.misuse, "the body was not run", place: "\(label)")
    }

    func submit(_ call: Call) {
        if let refusal = queue.submit(call) { call.fail(refusal) }
    }

    private static func start(_ worker: sending DatabaseWorker) throws(SQLiteError) -> SystemThread {
        do throws(SystemThread.Refusal) { return try SystemThread { worker.run() } } catch {
            throw SQLiteError(.cannotOpen, "for the database: \(error)")
        }
    }
}

extension Database: StoreEngine {
    package var failure: StoreFailure? { error.map(StoreFailure.init) }
    package var waitingCalls: Int { queue.count }
    package func examine() -> StoreExamination { files.examine() }

    /// Serves what waits, copies the log into the database, closes the file and ends the thread. Later calls throw `.unavailable`.
    package func close() async {
        queue.startClosing()
        await queue.waitForEnd()
        // The thread has nothing left to do but return.
        isJoined.withLock { isJoined in
            if !isJoined { thread.join() }
            isJoined = true
        }
    }
}
