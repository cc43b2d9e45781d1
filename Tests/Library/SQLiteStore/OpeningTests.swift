import Foundation
import Support
import Testing

@testable import SQLiteStore

@Suite struct OpeningTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func `every setting reads back as it was written`() throws {
        let connection = try Connection.open(directory.file("test.sqlite"))
        defer { connection.close() }
        for setting in Setting.all { #expect(try connection.pragma(setting.name) == setting.reads) }
        #expect(try connection.pragma("synchronous") == "2")
        #expect(try connection.pragma("journal_mode") == "wal")
    }

    @Test func `a setting that did not take is found out`() throws {
        let path = directory.file("test.sqlite")
        let script = """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1])
            connection.execute('PRAGMA page_size = 8192')
            connection.execute('PRAGMA journal_mode = WAL')
            """
        try python(script, path)
        let error = #expect(throws: SQLiteError(.settingRefused, "")) { try Connection.open(path) }
        #expect(error?.reason == "cannot open \(path): page_size is 8192, not 4096")
    }

    @Test func `only the owner may read the files`() async throws {
        let database = try openDatabase(directory)
        _ = try await database.add(1)
        for name in ["test.sqlite", "test.sqlite-wal"] {
            let mode = try FileManager.default.attributesOfItem(atPath: directory.file(name))[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        #expect(!FileManager.default.fileExists(atPath: directory.file("test.sqlite-shm")))
        await database.close()
    }

    @Test func `a second database on the file is refused at once`() async throws {
        let database = try openDatabase(directory)
        let error = #expect(throws: SQLiteError(.busyOrLocked, "")) { try openDatabase(directory) }
        #expect(error?.reason == "\(directory.file("test.sqlite")) is in use by another process")
        #expect(try await database.add(1) == 1)
        await database.close()
        let again = try openDatabase(directory)
        #expect(try await again.value() == 1)
        await again.close()
    }

    @Test func `another process neither reads nor writes the file while we have it`() async throws {
        let database = try openDatabase(directory)
        let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('SELECT * FROM counter')"
        #expect(throws: PythonError.self) { try python(script, directory.file("test.sqlite")) }
        await database.close()
        try python(script, directory.file("test.sqlite"))
    }

    @Test func `a file that another process has is refused`() async throws {
        let path = directory.file("test.sqlite")
        try python("import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('CREATE TABLE t (x)')", path)
        let holder = Process()
        holder.executableURL = URL(filePath: "/usr/bin/env")
        let script = """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1])
            connection.execute('BEGIN EXCLUSIVE')
            print('held', flush=True)
            sys.stdin.read()
            """
        holder.arguments = ["python3", "-c", script, path]
        let output = Pipe()
        let input = Pipe()
        holder.standardOutput = output
        holder.standardInput = input
        try holder.run()
        var said = Data()
        while !said.contains(UInt8(ascii: "\n")) {
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty)
            said += more
        }
        let error = #expect(throws: SQLiteError(.busyOrLocked, "")) { try openDatabase(directory) }
        #expect(error?.reason == "\(path) is in use by another process")
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
    }

    @Test func `a missing directory is named`() throws {
        let path = directory.path + "/not/there.sqlite"
        let error = #expect(throws: SQLiteError(.cannotOpen, "")) { try Connection.open(path) }
        #expect(error?.reason == "cannot open \(path): there is no directory \(directory.path)/not")
    }

    @Test func `a directory is no database`() throws {
        let path = directory.path
        let error = #expect(throws: SQLiteError(.cannotOpen, "")) { try Connection.open(path) }
        #expect(error?.reason == "cannot open \(path): it is a directory")
    }

    @Test func `what is no ordinary file is no database`() throws {
        let path = directory.file("pipe")
        try #require(mkfifo(path, 0o600) == 0)
        let error = #expect(throws: SQLiteError.self) { try Connection.open(path) }
        #expect(error?.reason == "cannot open \(path): it is no ordinary file")
    }

    @Test func `a link to nothing is no database`() throws {
        let path = directory.file("link.sqlite")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: directory.file("nothing"))
        let error = #expect(throws: SQLiteError(.cannotOpen, "")) { try Connection.open(directory.file("link.sqlite")) }
        #expect(error?.reason == "cannot open \(path): No such file or directory")
    }

    // MARK: The files of others

    @Test(arguments: [
        ("create table invoices (x)", #"it holds "invoices" and no list of this service's schema changes"#),
        ("PRAGMA page_size = 8192; CREATE TABLE t (x); INSERT INTO t VALUES (1)", #"it holds "t" and no list of this service's schema changes"#),
        ("PRAGMA journal_mode = WAL; CREATE VIEW v AS SELECT 1", #"it holds "v" and no list of this service's schema changes"#),
        ("CREATE TABLE sqlite3data (x)", #"it holds "sqlite3data" and no list of this service's schema changes"#),
        ("CREATE TABLE migration (id INTEGER PRIMARY KEY, name TEXT)", #"its table "migration" is of another kind"#),
        (
            "CREATE TABLE migration (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT; CREATE TABLE a (x)",
            #"it holds "a" and no list of this service's schema changes"#
        ),
        ("CREATE TABLE migration (version TEXT); CREATE TABLE a (x)", #"it holds "a" and no list of this service's schema changes"#),
        ("PRAGMA application_id = 1196444487; PRAGMA journal_mode = WAL", "it holds nothing, but is marked by its application_id"),
        ("PRAGMA user_version = 3", "it holds nothing, but is marked by its user_version"),
    ])
    func `the database of another program is refused, and left as it is`(sql: String, reason: String) throws {
        let path = directory.file("test.sqlite")
        try python("import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript('\(sql)')", path)
        let contents = try Data(contentsOf: URL(filePath: path))
        let error = #expect(throws: SQLiteError(.foreign, "")) { try openDatabase(directory) }
        #expect(error?.reason == "\(path) is the database of another program: \(reason)")
        #expect(try Data(contentsOf: URL(filePath: path)) == contents)
    }

    @Test(arguments: [
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE migration (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
        "CREATE TABLE t (x); DROP TABLE t",
    ])
    func `a file in which an earlier start has not come far is taken`(sql: String) async throws {
        try python("import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript('\(sql)')", directory.file("test.sqlite"))
        let database = try openDatabase(directory)
        #expect(try await database.add(1) == 1)
        await database.close()
    }

    @Test func `an empty file is taken`() async throws {
        try directory.write("test.sqlite", "")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.file("test.sqlite"))
        let database = try openDatabase(directory)
        #expect(try await database.add(1) == 1)
        await database.close()
    }

    @Test(arguments: ["", "a\0b"]) func `a path that C would misread is refused`(path: String) {
        #expect(throws: SQLiteError(.cannotOpen, "")) { try Connection.open(path) }
    }

    @Test func `a file that is no database is called so`() throws {
        try directory.write("test.sqlite", String(repeating: "A", count: 5_000))
        let error = #expect(throws: SQLiteError(.corrupt, "")) { try openDatabase(directory) }
        #expect(error?.reason.hasPrefix("\(directory.file("test.sqlite")) is damaged or is no database") == true)
    }
}

struct PythonError: Error {}

/// Runs a script of Python, whose standard library has SQLite, in another process. The files that it makes are for their owner alone.
func python(_ script: String, _ argument: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", "import os; os.umask(0o077)\n" + script, argument]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw PythonError() }
}
