internal import CSQLite

extension SQLiteError {
    /// The error that SQLite has just reported on `handle`.
    ///
    /// SQLite's messages name tables, columns, rules and syntax, never a bound value.
    /// Source: https://www.sqlite.org/rescode.html
    init(sqlite result: Int32, on handle: OpaquePointer?, place: String) {
        // Safety: sqlite3_errmsg and sqlite3_errstr give text that lives until the next call on the connection; it is copied here.
        let text = handle.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(result)
        let reason = text.map { String(cString: $0) } ?? "SQLite error"
        let code = Code(sqlite: result)
        self.init(code, "\(reason) [\(result)]", place: place, rule: Self.rule(in: reason))
    }

    /// The part of a constraint's message that names it.
    private static func rule(in message: String) -> [String] {
        for kind in ["UNIQUE", "NOT NULL"] {
            guard let names = message.after("\(kind) constraint failed: ") else { continue }
            if let index = names.after("index '") { return [String(index.dropLast())] }
            return names.split(separator: ",").map { String($0.drop { $0 == " " }) }
        }
        return message.after("CHECK constraint failed: ").map { [String($0)] } ?? []
    }
}

extension SQLiteError.Code {
    /// From an extended result code: the kind in the low octet, the detail above it.
    init(sqlite result: Int32) {
        switch result & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busyOrLocked
        case SQLITE_CONSTRAINT: self = Self(constraintDetail: result >> 8)
        case SQLITE_MISMATCH: self = .wrongType
        case SQLITE_FULL: self = .full
        case SQLITE_IOERR: self = .ioError
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: self = .corrupt
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH: self = .cannotOpen
        case SQLITE_NOMEM: self = .outOfMemory
        case SQLITE_TOOBIG: self = .tooLarge
        default: self = .misuse
        }
    }

    private init(constraintDetail detail: Int32) {
        switch detail {
        case 3: self = .constraintForeignKey  // SQLITE_CONSTRAINT_FOREIGNKEY
        case 5: self = .constraintNotNull  // SQLITE_CONSTRAINT_NOTNULL
        case 6, 8, 10: self = .constraintUnique  // SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE, _ROWID
        case 12: self = .wrongType  // SQLITE_CONSTRAINT_DATATYPE: a STRICT table refused the type
        default: self = .constraintCheck  // SQLITE_CONSTRAINT_CHECK, _TRIGGER and the rest
        }
    }
}

extension StringProtocol where SubSequence == Substring {
    /// What follows `prefix`, or nil when this does not start with it.
    fileprivate func after(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
