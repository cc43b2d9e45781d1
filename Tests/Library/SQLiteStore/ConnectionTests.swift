import Support
import Testing

@testable import SQLiteStore

@Suite final class ConnectionTests {
    let directory: TemporaryDirectory
    let connection: Connection

    init() throws {
        directory = try TemporaryDirectory()
        connection = try Connection.open(directory.file("test.sqlite"))
        try connection.migrate(schema, path: directory.file("test.sqlite"))
        connection.label = "test"
    }

    deinit { connection.close() }

    @Test func `values come back as they went in`() throws {
        let texts: [String?] = ["", "a", "é\u{301}", "a\0b", String(repeating: "x", count: 100_000), nil]
        let blobs: [[UInt8]?] = [[], [0], [0xff, 0x00], Array(repeating: 7, count: 100_000), nil, [1]]
        let flags: [Bool?] = [true, false, nil, true, false, nil]
        for (index, text) in texts.enumerated() {
            try connection.execute(
                "INSERT INTO thing VALUES (?1, ?2, ?3, ?4)", Int64.max - Int64(index), text, blobs[index], flags[index])
        }
        let rows = try connection.rows("SELECT id, text, blob, flag FROM thing ORDER BY id DESC") { row throws(SQLiteError) in
            (
                try row.get(0, as: Int64.self), try row.get(1, as: String?.self), try row.get(2, as: [UInt8]?.self),
                try row.get(3, as: Bool?.self)
            )
        }
        #expect(rows.map(\.0) == (0..<6).map { Int64.max - $0 })
        #expect(rows.map { $0.1.map { Array($0.utf8) } } == texts.map { $0.map { Array($0.utf8) } })
        #expect(rows.map(\.2) == blobs)
        #expect(rows.map(\.3) == flags)
    }

    @Test func `execute tells how many rows changed`() throws {
        #expect(try connection.execute("UPDATE counter SET value = 1") == 2)
        #expect(try connection.execute("CREATE TABLE t (x INTEGER) STRICT") == 0)
        #expect(try connection.execute("DELETE FROM counter WHERE name = ?1", "z") == 0)
    }

    @Test func `a column of another type is refused, not converted`() throws {
        try connection.execute("INSERT INTO thing VALUES (1, '12', x'ff', 2)")
        func read<Value: SQLValue>(_ column: Int, as type: Value.Type) throws(SQLiteError) {
            _ = try connection.row("SELECT id, text, blob, flag, NULL, 1.5, CAST(x'ff' AS TEXT) FROM thing") { row throws(SQLiteError) in
                _ = try row.get(column, as: type)
            }
        }
        let error = #expect(throws: SQLiteError(.wrongType, "")) { try read(1, as: Int.self) }
        #expect(error?.reason == "column 1 (text) is no Int")
        #expect(throws: SQLiteError(.wrongType, "")) { try read(0, as: String.self) }
        #expect(throws: SQLiteError(.wrongType, "")) { try read(1, as: [UInt8].self) }
        #expect(throws: SQLiteError(.wrongType, "")) { try read(2, as: String.self) }
        #expect(throws: SQLiteError(.wrongType, "")) { try read(3, as: Bool.self) }
        #expect(throws: SQLiteError(.wrongType, "")) { try read(4, as: Int.self) }
        #expect(throws: SQLiteError(.wrongType, "")) { try read(5, as: Int.self) }
        #expect(throws: SQLiteError(.wrongType, "")) { try read(6, as: String.self) }
        #expect(throws: SQLiteError(.misuse, "")) { try read(7, as: Int.self) }
        #expect(throws: SQLiteError(.misuse, "")) { try read(-1, as: Int.self) }
        try read(4, as: Int?.self)
    }

    static let brokenRules: [(StaticString, SQLiteError.Code, [String])] = [
        ("INSERT INTO pair VALUES ('x', 'z')", .constraintUnique, ["pair.one"]),
        ("INSERT INTO child VALUES ('a', 'b')", .constraintUnique, ["child.name", "child.later"]),
        ("INSERT INTO folded VALUES ('A')", .constraintUnique, ["folded_name"]),
        ("INSERT INTO counter VALUES ('a', 1)", .constraintUnique, ["counter.name"]),
        ("INSERT INTO thing (id) VALUES (1)", .constraintUnique, ["thing.id"]),
        ("INSERT INTO counter VALUES ('c', 1000000)", .constraintCheck, ["value < 1000000"]),
        ("INSERT INTO folded VALUES ('')", .constraintCheck, ["name_is_given"]),
        ("INSERT INTO counter VALUES ('c', NULL)", .constraintNotNull, ["counter.value"]),
        ("INSERT INTO child VALUES ('z', NULL)", .constraintForeignKey, []),
        ("DELETE FROM counter WHERE name = 'a'", .constraintForeignKey, []),
        ("INSERT INTO counter VALUES ('c', 'text')", .wrongType, []),
    ]

    @Test(arguments: brokenRules)
    func `a broken rule is named`(statement: StaticString, code: SQLiteError.Code, rule: [String]) throws {
        try connection.execute("CREATE UNIQUE INDEX both ON child (name, later)")
        try connection.execute("CREATE TABLE folded (name TEXT, CONSTRAINT name_is_given CHECK (name <> '')) STRICT")
        try connection.execute("CREATE UNIQUE INDEX folded_name ON folded (lower(name))")
        try connection.execute("INSERT INTO pair VALUES ('x', 'y')")
        try connection.execute("INSERT INTO child VALUES ('a', 'b')")
        try connection.execute("INSERT INTO folded VALUES ('a')")
        try connection.execute("INSERT INTO thing (id) VALUES (1)")
        let error = #expect(throws: SQLiteError.self) { try connection.execute(statement) }
        #expect(error?.code == code)
        #expect(error?.rule == rule)
    }

    @Test func `an error shows the statement and never a value`() throws {
        try connection.execute("INSERT INTO pair VALUES (?1, ?2)", "secret", "secret")
        let error = #expect(throws: SQLiteError.self) {
            try connection.execute("INSERT INTO pair VALUES (?1, ?2)", "secret", "secret")
        }
        #expect(error?.place == "test: INSERT INTO pair VALUES (?1, ?2)")
        #expect(error.map { !"\($0)".contains("secret") } == true)
    }

    @Test func `a statement must be one, and get all its values`() {
        #expect(throws: SQLiteError(.misuse, "")) { try connection.execute("SELEC 1") }
        #expect(throws: SQLiteError(.misuse, "")) { try connection.execute(" ") }
        #expect(throws: SQLiteError(.misuse, "")) { try connection.execute("DELETE FROM thing; DELETE FROM pair") }
        #expect(throws: SQLiteError(.misuse, "")) { try connection.execute("DELETE FROM thing WHERE id = ?1") }
        #expect(throws: SQLiteError(.misuse, "")) { try connection.execute("DELETE FROM thing WHERE id = ?1", 1, 2) }
        #expect(throws: SQLiteError(.misuse, "")) { try connection.execute("SELECT 1") }
    }

    @Test func `rows are bounded`() throws {
        #expect(throws: SQLiteError(.tooLarge, "")) {
            try connection.row("SELECT name FROM counter") { row throws(SQLiteError) in try row.get(0, as: String.self) }
        }
        #expect(throws: SQLiteError(.tooLarge, "")) {
            try connection.rows(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
            ) { row throws(SQLiteError) in try row.get(0, as: Int.self) }
        }
        #expect(throws: SQLiteError(.tooLarge, "")) {
            try connection.execute("INSERT INTO thing (blob) VALUES (?1)", [UInt8](repeating: 0, count: 2 << 20))
        }
    }

    @Test func `a statement is not started again while its rows are read`() throws {
        func names(_ depth: Int) throws(SQLiteError) {
            _ = try connection.rows("SELECT name FROM counter") { row throws(SQLiteError) in
                if depth == 0 { try names(1) }
            }
        }
        #expect(throws: SQLiteError(.misuse, "")) { try names(0) }
        try names(1)
    }

    @Test func `a row that is kept gives nothing`() throws {
        let row = try connection.row("SELECT value FROM counter WHERE name = 'a'") { row throws(SQLiteError) in row }
        #expect(throws: SQLiteError(.misuse, "")) { try row?.get(0, as: Int.self) }
    }
}
