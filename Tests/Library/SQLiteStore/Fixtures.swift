import Dispatch
import Support
import Synchronization
import Testing

@testable import SQLiteStore

let schema = [
    Migration(
        "1 counters",
        sql: """
            CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL CHECK (value < 1000000)) STRICT;
            CREATE TABLE pair (one TEXT NOT NULL, other TEXT NOT NULL, UNIQUE (one), UNIQUE (other, one)) STRICT;
            CREATE TABLE child (
                name TEXT NOT NULL REFERENCES counter,
                later TEXT REFERENCES counter DEFERRABLE INITIALLY DEFERRED
            ) STRICT;
            CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT, blob BLOB, flag INTEGER) STRICT;
            INSERT INTO counter VALUES ('a', 0), ('b', 0);
            """)
]

/// A database that may not fail.
func openDatabase(
    _ directory: TemporaryDirectory, limits: DatabaseLimits = .standard, policy: CommitPolicy = CommitPolicy()
) throws -> Database {
    try Database(path: directory.file("test.sqlite"), migrations: schema, limits: limits, policy: policy) { error in
        Issue.record("the database stopped: \(error)")
    }
}

extension Database {
    /// `write` with the errors of SQLite, as the bodies of a transaction see them.
    func writing<Answer: Sendable>(
        _ label: StaticString, ended: (@Sendable () -> Void)? = nil, _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> Answer
    ) async throws(SQLiteError) -> Answer {
        try await submit(.write, label, ended: ended, body)
    }

    /// `read`, likewise.
    func reading<Answer: Sendable>(
        _ label: StaticString, _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> Answer
    ) async throws(SQLiteError) -> Answer {
        try await submit(.read, label, ended: nil, body)
    }

    /// Adds to a counter and gives its new value.
    func add(_ amount: Int, to name: String = "a") async throws(SQLiteError) -> Int {
        try await writing("add") { connection throws(SQLiteError) in
            let value = try connection.row(
                "UPDATE counter SET value = value + ?1 WHERE name = ?2 RETURNING value", amount, name
            ) { row throws(SQLiteError) in try row.get(0, as: Int.self) }
            guard let value else { throw SQLiteError(.misuse, "no counter") }
            return value
        }
    }

    func value(of name: String = "a") async throws(SQLiteError) -> Int? {
        try await reading("value") { connection throws(SQLiteError) in
            try connection.row("SELECT value FROM counter WHERE name = ?1", name) { row throws(SQLiteError) in
                try row.get(0)
            }
        }
    }

    /// Returns when that many calls wait for the thread.
    func waits(for count: Int) async {
        while waitingCalls < count { await Task.yield() }
    }
}

/// Holds the database thread before a commit, so that a test can say what comes meanwhile.
final class Gate: Sendable {
    private let door = DispatchSemaphore(value: 0)
    private let reached = Atomic(false)
    private let count = Atomic(0)
    private let heldCommit: Int

    init(holding commit: Int = 1) { heldCommit = commit }

    var commits: Int { count.load(ordering: .sequentiallyConsistent) }

    var policy: CommitPolicy {
        CommitPolicy { [self] (number: Int) throws(SQLiteError) in
            count.store(number, ordering: .sequentiallyConsistent)
            guard number == heldCommit else { return }
            reached.store(true, ordering: .sequentiallyConsistent)
            door.wait()
        }
    }

    func isReached() async {
        while !reached.load(ordering: .sequentiallyConsistent) { await Task.yield() }
    }

    func open() { door.signal() }
}

/// What `body` throws, or nil.
func error(of body: () async throws(SQLiteError) -> Void) async -> SQLiteError? {
    do throws(SQLiteError) {
        try await body()
        return nil
    } catch {
        return error
    }
}
