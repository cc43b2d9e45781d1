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
        // Without its last record it is a database that has held records, and no new one.
        for _ in 1...2 {
            let empty = try open()
            #expect(!empty.firstRecord.isMissing)
            await empty.close()
        }
    }

    @Test func `a record that came and went while the file was open counts at the next start`() async throws {
        let database = try open()
        for sql: StaticString in ["INSERT INTO one VALUES ('a')", "DELETE FROM one"] {
            try await database.writing("change") { connection throws(SQLiteError) in _ = try connection.execute(sql) }
        }
        await database.close()
        let again = try open()
        #expect(!again.firstRecord.isMissing)
        await again.close()
    }

    @Test func `a record whose commit fails does not count`() async throws {
        let failing = CommitPolicy(diskFull: .refusesBatch) { (number: Int) throws(SQLiteError) in
            if number == 1 { throw SQLiteError(.full, "for the test") }
        }
        let database = try Database(path: directory.file("test.sqlite"), migrations: FirstRecordTests.tables, policy: failing) { error in
            Issue.record("stopped: \(error)")
        }
        await #expect(throws: SQLiteError(.full, "")) {
            try await database.writing("put") { connection throws(SQLiteError) in _ = try connection.execute("INSERT INTO one VALUES ('a')") }
        }
        #expect(database.firstRecord.isMissing)
        await database.close()
        let again = try open()
        #expect(again.firstRecord.isMissing)
        await again.close()
    }

    @Test func `a file of an earlier version that holds a record is marked when it is opened`() async throws {
        let database = try open()
        try await database.writing("put") { connection throws(SQLiteError) in _ = try connection.execute("INSERT INTO one VALUES ('a')") }
        await database.close()
        let unmark = """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1])
            assert connection.execute('PRAGMA user_version').fetchone() == (1,)
            connection.execute('PRAGMA user_version = 0')
            """
        try python(unmark, directory.file("test.sqlite"))
        for sql: StaticString in ["SELECT name FROM one", "DELETE FROM one", "SELECT name FROM one"] {
            let again = try open()
            #expect(!again.firstRecord.isMissing)
            try await again.writing("change") { connection throws(SQLiteError) in _ = try connection.rows(sql) { _ in 1 } }
            await again.close()
        }
    }

    @Test func `a migration that brings a record counts`() async throws {
        let database = try openDatabase(directory)
        #expect(!database.firstRecord.isMissing)
        await database.close()
    }
}
