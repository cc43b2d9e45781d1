internal import CSQLite

/// One prepared statement. Lives in its connection's cache and, like it, belongs to one thread at a time.
final class Statement {
    // Safety: made by sqlite3_prepare_v3, finalised once in deinit, reached through this object alone.
    private let handle: OpaquePointer
    private let text: StaticString
    let parameterCount: Int
    let columnCount: Int
    /// Whether it leaves the database as it is.
    let isReadOnly: Bool
    /// Whether somebody is reading its rows: it cannot be started again before they are done.
    private(set) var isRunning = false

    /// - Throws: `.misuse` for bad SQL, for none, and for more than one statement.
    init(_ text: StaticString, on connection: OpaquePointer, label: StaticString) throws(SQLiteError) {
        var handle: OpaquePointer?
        var tail: UnsafePointer<CChar>?
        // Safety: a StaticString of text is NUL-terminated and lives for ever, so `tail` points into it.
        let start = UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
        let result = sqlite3_prepare_v3(connection, start, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, &tail)
        guard result == SQLITE_OK else {
            throw SQLiteError(sqlite: result, on: connection, place: Self.place(label, text))
        }
        guard let handle else { throw SQLiteError(.misuse, "no statement", place: Self.place(label, text)) }
        self.handle = handle
        self.text = text
        parameterCount = Int(sqlite3_bind_parameter_count(handle))
        columnCount = Int(sqlite3_column_count(handle))
        isReadOnly = sqlite3_stmt_readonly(handle) != 0
        guard tail.map({ $0.pointee == 0 }) ?? true else {
            throw SQLiteError(.misuse, "more than one statement", place: Self.place(label, text))
        }
    }

    deinit { sqlite3_finalize(handle) }

    func start() { isRunning = true }

    /// Lets go of the values that were bound and of the rows that were not read.
    func stop() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        isRunning = false
    }

    /// - Parameter position: from 1, as in `?1`.
    func bind(_ cell: SQLCell, at position: Int32) -> Int32 {
        switch cell {
        case .null: sqlite3_bind_null(handle, position)
        case .integer(let value): sqlite3_bind_int64(handle, position, value)
        case .text(let value): bind(value, at: position)
        case .blob(let value): bind(value, at: position)
        }
    }

    private func bind(_ text: String, at position: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { octets in
            // Safety: SQLite copies the octets before it returns (SQLITE_TRANSIENT). A null pointer would bind NULL,
            // so an empty text points at something.
            octets.withMemoryRebound(to: CChar.self) { characters in
                var nothing: CChar = 0
                guard let start = characters.baseAddress, !characters.isEmpty else {
                    return sqlite3_bind_text64(handle, position, &nothing, 0, Self.copy, UInt8(SQLITE_UTF8))
                }
                return sqlite3_bind_text64(
                    handle, position, start, UInt64(characters.count), Self.copy, UInt8(SQLITE_UTF8))
            }
        }
    }

    private func bind(_ blob: [UInt8], at position: Int32) -> Int32 {
        guard !blob.isEmpty else { return sqlite3_bind_zeroblob(handle, position, 0) }
        // Safety: SQLite copies the octets before it returns (SQLITE_TRANSIENT).
        return blob.withUnsafeBytes { octets in
            sqlite3_bind_blob64(handle, position, octets.baseAddress, UInt64(octets.count), Self.copy)
        }
    }

    /// SQLITE_ROW, SQLITE_DONE or an error.
    func step() -> Int32 { sqlite3_step(handle) }

    /// - Parameter column: from 0, below `columnCount`.
    /// - Returns: nil for a REAL, and for a text that is not UTF-8.
    func cell(at column: Int32) -> SQLCell? {
        // Safety: the pointers live until the next step; the octets are copied here. The length is asked after the
        // pointer, as SQLite wants it.
        switch sqlite3_column_type(handle, column) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_TEXT:
            guard let start = sqlite3_column_text(handle, column) else { return nil }
            let octets = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
            return String(validating: octets, as: UTF8.self).map { .text($0) }
        case SQLITE_BLOB:
            guard let start = sqlite3_column_blob(handle, column) else { return .blob([]) }
            return .blob(Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))))
        default: return nil
        }
    }

    func columnName(at column: Int32) -> String {
        sqlite3_column_name(handle, column).map { String(cString: $0) } ?? "?"
    }

    /// Where an error happened: the call's label and the statement on one line.
    func place(_ label: StaticString) -> String { Self.place(label, text) }

    private static func place(_ label: StaticString, _ text: StaticString) -> String {
        let words = text.description.split { $0 == " " || $0 == "\n" || $0 == "\t" }
        let line = words.joined(separator: " ").utf8.prefix(DatabaseLimits.errorStatementBytesMax)
        return "\(label): \(String(decoding: line, as: UTF8.self))"
    }

    // Safety: SQLITE_TRANSIENT, the destructor with the value -1 that tells SQLite to copy.
    private static let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
