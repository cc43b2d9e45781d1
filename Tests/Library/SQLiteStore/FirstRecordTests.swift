import Store
import Support
import Testing

@testable import SQLiteStore

/// When a database is known to hold a record.
@Suite struct FirstRecordTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static let tables = [
        Migration(
            "tables",
            sql: """
                CREATE TABLE one (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
                CREATE TABLE "an ""odd"" name" (number INTEGER NOT NULL CHECK (number > 0)) STRICT;
                """)
    ]

    private func open() throws -> Database {
        try Database(path: directory.file("test.sqlite"), migrations: FirstRecordTests.tables) { error in Issue.record("stopped: \(error)") }
    }

    @Test func `a new database has none, whatever is read or refused, and has one before the change returns`() async throws {
        let database = try open()
        #expect(database.firstRecord.isMissing)
        _ = try await database.reading("count") { connection throws(SQLiteError) in try connection.rows("SELECT name FROM one") { _ in 1 } }
        #expect(database.firstRecord.isMissing)
        await #expect(throws: SQLiteError(.constraintCheck, "")) {
            try await database.writing("refused") { connection throws(SQLiteError) in
                try connection.execute(#"INSERT INTO "an ""odd"" name" VALUES (0)"#)
            }
        }
        #expect(database.firstRecord.isMissing)
        try await database.writing("taken back") { connection throws(SQLiteError) in
            try connection.execute("INSERT INTO one VALUES ('a')")
            try connection.execute("DELETE FROM one")
        }
        #expect(database.firstRecord.isMissing, "what was never committed was never there")
        try await database.writing("put") { connection throws(SQLiteError) in _ = try connection.execute("INSERT INTO one VALUES ('a')") }
        #expect(!database.firstRecord.isMissing)
        await database.close()
    }

    @Test func `it turns once and for good, and is asked of the file at the next start`() async throws {
        let database = try open()
        try await database.writing("put") { connection throws(SQLiteError) in
            _ = try connection.execute(#"INSERT INTO "an ""odd"" name" VALUES (7)"#)
        }
        await database.close()
        let again = try open()
        #expect(!again.firstRecord.isMissing)
        try await again.writing("delete") { connection throws(SQLiteError) in _ = try connection.execute(#"DELETE FROM "an ""odd"" name""#) }
        #expect(!again.firstRecord.isMissing)
        await again.close()
        let empty = try open()
        #expect(empty.firstRecord.isMissing)
        await empty.close()
    }

    @Test func `a migration that brings a record counts`() async throws {
        let database = try openDatabase(directory)
        #expect(!database.firstRecord.isMissing)
        await database.close()
    }
}
