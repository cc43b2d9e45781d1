import Base
import Store
import Support
import Testing

@testable import SQLiteStore

/// What leaves the driver: `StoreFailure` and outcomes, never an error of SQLite.
@Suite struct StoreFailureTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static let codes: [(SQLiteError.Code, StoreFailure.Code)] = [
        (.overloaded, .overloaded), (.full, .full), (.closed, .unavailable), (.busyOrLocked, .unavailable), (.cannotOpen, .unavailable),
        (.openToOthers, .unavailable),
        (.settingRefused, .unavailable), (.outOfMemory, .unavailable), (.failed, .failed), (.ioError, .failed), (.corrupt, .damaged),
        (.wrongType, .damaged), (.schemaTooNew, .damaged), (.foreign, .damaged), (.constraintUnique, .misuse), (.constraintCheck, .misuse),
        (.constraintNotNull, .misuse), (.constraintForeignKey, .misuse), (.tooLarge, .misuse), (.misuse, .misuse),
    ]

    @Test func `every error of SQLite is a failure of a store, with the same reason and place`() {
        #expect(Self.codes.map(\.0).count == SQLiteError.Code.allCases.count)
        for (code, expected) in Self.codes {
            let failure = StoreFailure(SQLiteError(code, "why", place: "where"))
            #expect(failure.code == expected)
            #expect(failure.description == "\(expected.rawValue): why (where)")
        }
    }

    @Test func `a broken rule is the outcome that the caller names for it, and nothing of the change stays`() async throws {
        let database = try openDatabase(directory)
        let outcome = try await database.write("break", outcomeOfBrokenRule: { $0.code == .constraintUnique ? "taken" : nil }) {
            (connection) throws(SQLiteError) in
            try connection.execute("UPDATE counter SET value = 7 WHERE name = 'a'")
            try connection.execute("INSERT INTO counter VALUES ('b', 0)")
            return "done"
        }
        #expect(outcome == "taken")
        #expect(try await database.value() == 0)
        await database.close()
    }

    @Test func `a broken rule that has no outcome is a fault of this program`() async throws {
        let database = try openDatabase(directory)
        await #expect(throws: StoreFailure(.misuse, "")) {
            try await database.write("break", outcomeOfBrokenRule: { $0.code == .constraintUnique ? 0 : nil }) { connection throws(SQLiteError) in
                try connection.execute("UPDATE counter SET value = 1000000 WHERE name = 'a'")
            }
        }
        await database.close()
    }

    @Test func `a file that cannot be opened says why in one line`() async throws {
        let database = try openDatabase(directory)
        let path = directory.file("test.sqlite")
        let failure = #expect(throws: StoreFailure(.unavailable, "")) { try Database.open(path, migrations: schema) { _ in } }
        #expect(failure?.reason == "\(path) is in use by another process")
        await database.close()
    }

    @Test func `a database that stopped says so once and to everybody who asks after that`() async throws {
        let told = Guarded<[StoreFailure]>([])
        let policy = CommitPolicy { _ throws(SQLiteError) in throw SQLiteError(.ioError, "the sync failed") }
        let database = try Database.open(directory.file("test.sqlite"), migrations: schema, policy: policy) { failure in
            told.withLock { $0.append(failure) }
        }
        #expect(database.failure == nil)
        for _ in 0..<2 {
            await #expect(throws: StoreFailure(.failed, "")) {
                try await database.write("add") { connection throws(SQLiteError) in
                    try connection.execute("UPDATE counter SET value = 1 WHERE name = 'a'")
                }
            }
        }
        await #expect(throws: StoreFailure(.failed, "")) { try await database.read("ask") { _ throws(SQLiteError) in 0 } }
        #expect(database.failure == StoreFailure(.failed, ""))
        await database.close()
        #expect(told.withLock { $0 } == [StoreFailure(.failed, "")])
    }

    @Test func `a closed database is unavailable`() async throws {
        let database = try openDatabase(directory)
        await database.close()
        await #expect(throws: StoreFailure(.unavailable, "")) { try await database.read("ask") { _ throws(SQLiteError) in 0 } }
    }
}
