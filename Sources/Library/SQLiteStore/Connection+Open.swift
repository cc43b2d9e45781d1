internal import Base
internal import CSQLite
internal import Glibc

extension Connection {
    /// Opens the database file at `path`, creating it for its owner alone (mode 0600).
    ///
    /// Every setting is read back, because SQLite ignores a PRAGMA that it does not know or cannot follow.
    /// - Throws: `.cannotOpen`, `.openToOthers`, `.busyOrLocked` when anybody else has the file, `.corrupt` when it is no database,
    ///   `.foreign` when it is another program's, `.settingRefused`. The reason is one line that names the path.
    static func open(_ path: String) throws(SQLiteError) -> Connection {
        try checkOnlyForOwner(path)
        try create(path)
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE
        // SQLite reads `:memory:`, `file:…` and the empty name in ways of its own; a path never looks like them.
        let result = sqlite3_open_v2(path.utf8.first == UInt8(ascii: "/") ? path : "./\(path)", &handle, flags, nil)
        guard let handle else { throw SQLiteError(.outOfMemory, "cannot open \(path)") }
        let connection = Connection(owning: handle)
        do throws(SQLiteError) {
            guard result == SQLITE_OK else { throw SQLiteError(sqlite: result, on: handle, place: "") }
            try connection.configure()
            return connection
        } catch {
            connection.close()
            throw explain(error, path)
        }
    }

    /// Makes an empty file that only its owner may read, unless there is one already.
    ///
    /// O_EXCL also keeps us from opening, and so closing, a file that this process has open: closing any
    /// descriptor of a file drops all the process's POSIX locks on it.
    private static func create(_ path: String) throws(SQLiteError) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw SQLiteError(.cannotOpen, "the path is empty or holds a NUL") }
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            Glibc.close(descriptor)
            return
        }
        let cause = errno
        if cause == EEXIST { return }
        let directory = directory(of: path)
        if cause == ENOENT { throw SQLiteError(.cannotOpen, "cannot open \(path): there is no directory \(directory)") }
        throw SQLiteError(.cannotOpen, "cannot open \(path): \(String(cString: strerror(cause)))")
    }

    /// The files hold keys and say who may migrate. SQLite gives those that it makes beside the database the mode of the database.
    private static func checkOnlyForOwner(_ path: String) throws(SQLiteError) {
        for ending in [""] + endings {
            do throws(FileError) { try SmallFile.checkOnlyForOwner(path + ending) } catch { throw SQLiteError(.openToOthers, error.reason) }
        }
    }

    /// Of the files that SQLite may have beside the database.
    private static let endings = ["-wal", "-shm", "-journal"]

    private static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func explain(_ error: SQLiteError, _ path: String) -> SQLiteError {
        let reason =
            switch error.code {
            case .busyOrLocked: "\(path) is in use by another process"
            case .corrupt: "\(path) is damaged or is no database: \(error.reason)"
            case .foreign: "\(path) \(error.reason)"
            case .cannotOpen, .ioError, .settingRefused: "cannot open \(path): \(hindrance(path) ?? error.reason)"
            default: "cannot open \(path): \(error.reason)"
            }
        return SQLiteError(error.code, reason, place: error.place)
    }

    /// What the system has against it. SQLite says no more than "unable to open database file" or "disk I/O error". Asked only after SQLite has
    /// failed, so that no file is refused here that SQLite can use.
    private static func hindrance(_ path: String) -> String? {
        if let hindrance = FileAccess.hindrance(path) { return hindrance }
        for file in endings.map({ path + $0 }) where FileStatus(file) != nil {
            if let hindrance = FileAccess.hindrance(file) { return "\(file): \(hindrance)" }
        }
        let directory = directory(of: path)
        return FileAccess.hindrance(makingFilesIn: directory).map { "files cannot be made in its directory \(directory): \($0)" }
    }

    /// - Throws: `.foreign`, `.settingRefused`, or what SQLite reports when it first touches the file.
    private func configure() throws(SQLiteError) {
        // STRICT tables came with 3.37, RETURNING with 3.35.
        guard sqlite3_libversion_number() >= 3_037_000 else {
            throw SQLiteError(.settingRefused, "SQLite \(String(cString: sqlite3_libversion())) is older than 3.37")
        }
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, DatabaseLimits.valueBytesMax)
        sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, DatabaseLimits.statementBytesMax)
        sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
        try apply(Setting.beforeReading)
        try checkIsOwn()
        try apply(Setting.beforeWriting)
        countLogPages()
    }

    private func apply(_ settings: [Setting]) throws(SQLiteError) {
        for setting in settings {
            _ = try pragma("\(setting.name) = \(setting.value)")
            let found = try pragma(setting.name)
            guard found == setting.reads else {
                throw SQLiteError(.settingRefused, "\(setting.name) is \(found), not \(setting.reads)")
            }
        }
    }

    /// Runs a PRAGMA and gives the first column of its last row as text.
    func pragma(_ text: String) throws(SQLiteError) -> String { try lastText("PRAGMA \(text)") }

    /// Runs a statement that is made of this program's own texts, and gives the first column of its last row as text.
    func lastText(_ sql: String) throws(SQLiteError) -> String {
        var statement: OpaquePointer?
        var result = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        defer { sqlite3_finalize(statement) }
        var answer = ""
        while result == SQLITE_OK || result == SQLITE_ROW {
            result = sqlite3_step(statement)
            // Safety: SQLite's text lives until the next step; it is copied here.
            if result == SQLITE_ROW { answer = sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "" }
        }
        guard result == SQLITE_DONE else { throw SQLiteError(sqlite: result, on: handle, place: sql) }
        return answer
    }
}

/// One PRAGMA: what is written, and what must be read back.
struct Setting {
    let name: String
    let value: String
    let reads: String

    static let all = beforeReading + beforeWriting

    /// The lock mode before the first touch, so that the log's index stays in our own memory.
    static let beforeReading = [
        Setting(name: "locking_mode", value: "EXCLUSIVE", reads: "exclusive"),
        Setting(name: "busy_timeout", value: "0", reads: "0"),
        Setting(name: "trusted_schema", value: "OFF", reads: "0"),
        Setting(name: "cell_size_check", value: "ON", reads: "1"),
        Setting(name: "mmap_size", value: "0", reads: "0"),
    ]

    /// The page size before the file gets its first page.
    static let beforeWriting = [
        Setting(name: "page_size", value: "\(DatabaseLimits.pageBytes)", reads: "\(DatabaseLimits.pageBytes)"),
        Setting(name: "secure_delete", value: "ON", reads: "1"),
        Setting(name: "journal_mode", value: "WAL", reads: "wal"),
        Setting(name: "synchronous", value: "FULL", reads: "2"),
        Setting(name: "foreign_keys", value: "ON", reads: "1"),
        Setting(name: "temp_store", value: "MEMORY", reads: "2"),
        Setting(name: "cache_size", value: "-\(DatabaseLimits.cacheKibibytes)", reads: "-\(DatabaseLimits.cacheKibibytes)"),
        Setting(name: "wal_autocheckpoint", value: "0", reads: "0"),
        Setting(name: "journal_size_limit", value: "\(DatabaseLimits.logBytesKept)", reads: "\(DatabaseLimits.logBytesKept)"),
    ]
}
