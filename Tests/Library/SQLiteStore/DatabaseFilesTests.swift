import Base
import Foundation
import Store
import Support
import Testing

@testable import SQLiteStore

/// What is seen of a database's files from outside.
@Suite struct DatabaseFilesTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private var path: String { directory.file("test.sqlite") }

    private func setMode(_ mode: Int, of name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory.file(name))
    }

    // MARK: who may read them

    @Test(arguments: ["test.sqlite", "test.sqlite-wal", "test.sqlite-shm", "test.sqlite-journal"], [0o640, 0o604, 0o660, 0o666, 0o644])
    func `a file that others may read is refused, and left as it is`(name: String, mode: Int) async throws {
        await (try openDatabase(directory)).close()
        if !FileManager.default.fileExists(atPath: directory.file(name)) { try directory.write(name, "") }
        let contents = try Data(contentsOf: URL(filePath: path))
        try setMode(mode, of: name)
        let error = #expect(throws: SQLiteError(.openToOthers, "")) { try openDatabase(directory) }
        #expect(error?.reason == "\(directory.file(name)) may be read or written by others than its owner")
        #expect(try Data(contentsOf: URL(filePath: path)) == contents)
        try setMode(0o600, of: name)
        await (try openDatabase(directory)).close()
    }

    @Test func `a store that cannot be opened for that is unavailable`() throws {
        try directory.write("test.sqlite", "")
        try setMode(0o644, of: "test.sqlite")
        #expect(throws: StoreFailure(.unavailable, "")) { try Database.open(path, migrations: schema) { _ in } }
    }

    // MARK: whether they are still there

    @Test func `files that nobody touched are in order, and their figures are known`() async throws {
        let database = try openDatabase(directory)
        _ = try await database.add(1)
        let found = database.examine()
        #expect(found.recordsFailure == nil && found.diskFailure == nil)
        #expect((found.logBytes ?? 0) > 0)
        #expect((found.freeBytes ?? 0) > 0)
        #expect((found.syncTime ?? .zero) > .zero)
        await database.close()
    }

    @Test(arguments: ["test.sqlite", "test.sqlite-wal"]) func `a file that is moved away is missed, and back it is in order`(name: String)
        async throws
    {
        let database = try openDatabase(directory)
        _ = try await database.add(1)
        #expect(database.examine().recordsFailure == nil)
        try FileManager.default.moveItem(atPath: directory.file(name), toPath: directory.file("away"))
        #expect(database.examine().recordsFailure == "\(directory.file(name)) was moved or deleted while the service uses it")
        try FileManager.default.moveItem(atPath: directory.file("away"), toPath: directory.file(name))
        #expect(database.examine().recordsFailure == nil)
        await database.close()
    }

    @Test(arguments: ["test.sqlite", "test.sqlite-wal"]) func `a copy in the place of a file is another file`(name: String) async throws {
        let database = try openDatabase(directory)
        _ = try await database.add(1)
        _ = database.examine()
        try FileManager.default.copyItem(atPath: directory.file(name), toPath: directory.file("copy"))
        try #require(rename(directory.file("copy"), directory.file(name)) == 0)
        #expect(database.examine().recordsFailure == "\(directory.file(name)) is another file than the one that the service uses")
        await database.close()
    }

    // MARK: whether somebody else has written to them

    /// A database with something in its file and something in its log.
    private func filledDatabase() async throws -> Database {
        let first = try openDatabase(directory)
        _ = try await first.add(1)
        await first.close()
        let database = try openDatabase(directory)
        _ = try await database.add(1)
        #expect(database.examine().recordsFailure == nil)
        return database
    }

    @Test(arguments: [
        ("f.seek(0); f.write(b'x' * 100)", "was written to"), ("f.seek(4096); f.write(b'x')", "was written to"),
        ("f.seek(0, 2); f.write(b'x')", "was written to"), ("f.truncate(0)", "was cut from"), ("f.truncate(4096)", "was cut from"),
        ("f.truncate(0); f.write(old)", "was written to"),
    ])
    func `a file that somebody else has written to is no more in order until the next start`(write: String, words: String) async throws {
        let database = try await filledDatabase()
        let script = """
            import sys
            with open(sys.argv[1], 'r+b') as f:
                old = f.read()
                f.seek(0)
                \(write)
                f.flush()
            """
        try python(script, path)
        for _ in 1...2 {
            let found = database.examine().recordsFailure
            #expect(
                found?.hasPrefix("\(path) \(words)") == true && found?.hasSuffix("by somebody else while the service uses it") == true,
                "\(found ?? "")")
        }
        await database.close()
    }

    @Test func `a write-ahead log that somebody else has cut is found`() async throws {
        let database = try await filledDatabase()
        try python("import sys; open(sys.argv[1], 'r+b').truncate(0)", path + "-wal")
        #expect(database.examine().recordsFailure == "\(path)-wal was cut to 0 bytes by somebody else while the service uses it")
    }

    @Test func `what the database writes itself is in order, also where it copies its log into the file`() async throws {
        let database = try openDatabase(directory)
        let pages = Int(DatabaseLimits.logPagesBeforeCheckpoint) * 2
        let before = FileStatus(path)?.byteCount ?? 0
        for number in 0..<8 {
            try await database.writing("fill") { connection throws(SQLiteError) in
                for row in 0..<(pages / 8) {
                    try connection.execute(
                        "INSERT INTO thing VALUES (?1, NULL, ?2, 1)", number * pages + row,
                        [UInt8](repeating: 7, count: DatabaseLimits.pageBytes - 500))
                }
            }
            #expect(database.examine().recordsFailure == nil)
        }
        #expect((FileStatus(path)?.byteCount ?? 0) > before + 4_096_000, "the log has been copied")
        await database.close()
        #expect(database.examine().recordsFailure == nil, "what closing does to the files is in order as well")
    }

    @Test func `what a reader finds damaged ends readiness, although the file looks untouched`() async throws {
        let database = try await filledDatabase()
        let script = """
            import os, sys
            status = os.stat(sys.argv[1])
            with open(sys.argv[1], 'r+b') as f: f.write(b'x' * status.st_size)
            os.utime(sys.argv[1], ns=(status.st_atime_ns, status.st_mtime_ns))
            """
        try python(script, path)
        #expect(database.examine().recordsFailure == nil)
        let refusal = await error { () throws(SQLiteError) in
            try await database.reading("read") { connection throws(SQLiteError) in
                _ = try connection.pragma("shrink_memory")
                _ = try connection.rows("SELECT id FROM thing") { _ in 1 }
            }
        }
        #expect(refusal?.code == .corrupt)
        #expect(database.examine().recordsFailure == "\(path) is damaged or cannot be read: \(refusal?.reason ?? "")")
        #expect(database.failure == nil, "nothing was to be stored, so nothing is unknown")
    }

    @Test(arguments: SQLiteError.Code.allCases) func `only an error that blames the file ends readiness`(code: SQLiteError.Code) throws {
        try directory.write("test.sqlite", "")
        let files = DatabaseFiles(path) { _ in .zero }
        files.note(SQLiteError(code, "why"))
        let isTheFile = code == .corrupt || code == .ioError
        #expect(files.examine().recordsFailure == (isTheFile ? "\(path) is damaged or cannot be read: why" : nil))
    }

    // MARK: the disk

    @Test func `a trial write is due after a while, and at once after one that was not good`() throws {
        try directory.write("test.sqlite", "")
        let outcomes = Guarded<[Result<Duration, FileError>]>([])
        let tried = Guarded<[String]>([])
        let files = DatabaseFiles(path) { path throws(FileError) in
            tried.withLock { $0.append(path) }
            return try outcomes.withLock { $0.isEmpty ? .success(.milliseconds(2)) : $0.removeFirst() }.get()
        }
        let start = Instant.now
        #expect(files.examine(at: start).diskFailure == nil)
        #expect(files.examine(at: start + .seconds(9)).syncTime == .milliseconds(2))
        #expect(tried.withLock { $0 } == [path + "-trial"])

        let full = try #require(throws: FileError.self) { try DiskSpace.timeSync(directory.file("no/such"), byteCount: 1) }
        outcomes.withLock { $0 = [.success(.seconds(3)), .failure(full), .success(.milliseconds(999))] }
        let slow = files.examine(at: start + .seconds(10))
        #expect(slow.diskFailure == "a write to the disk of \(path) took 3.0 seconds, more than 1.0 seconds" && slow.syncTime == .seconds(3))
        #expect(files.examine(at: start + .seconds(11)).diskFailure == full.reason)
        #expect(files.examine(at: start + .seconds(12)).diskFailure == nil)
        #expect(tried.withLock { $0.count } == 4)
    }

    @Test func `a disk without room for the log is named with its figures`() {
        // The kernel's own file system has no room at all.
        let files = DatabaseFiles("/proc/self/status") { _ in .zero }
        let found = files.examine()
        #expect(found.freeBytes == 0)
        #expect(found.diskFailure == "the disk of /proc/self/status has 0 bytes left, and 4096000 may be needed")
    }

    @Test func `commits are counted with their time`() async throws {
        let database = try openDatabase(directory)
        #expect(database.commitTimes.count == 0)
        for _ in 1...3 { _ = try await database.add(1) }
        _ = try await database.value()
        #expect(database.commitTimes.count == 3)
        #expect(database.commitTimes.seconds > 0)
        await database.close()
    }
}
