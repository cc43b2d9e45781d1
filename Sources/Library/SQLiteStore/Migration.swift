internal import CSQLite

/// One step in the life of a schema. Its name is written into the file when it is done; neither may change after that.
package struct Migration: Sendable {
    package let name: String
    let apply: @Sendable (Connection) throws(SQLiteError) -> Void

    package init(_ name: String, _ apply: @escaping @Sendable (Connection) throws(SQLiteError) -> Void) {
        self.name = name
        self.apply = apply
    }

    /// - Parameter sql: any number of statements, ended by semicolons. Make tables STRICT.
    package init(_ name: String, sql: StaticString) {
        self.init(name) { (connection: Connection) throws(SQLiteError) in try connection.executeScript(sql) }
    }
}

extension Connection {
    /// Brings the schema up to date, each migration in one transaction of its own.
    ///
    /// - Throws: `.schemaTooNew` when the file knows a migration that this program does not, `.foreign` when it knows none of this program's,
    ///   `.misuse` when the order changed or a name comes twice, and what a migration throws; that one has then left no trace.
    func migrate(_ migrations: [Migration], path: String) throws(SQLiteError) {
        label = "migrate"
        guard Set(migrations.map(\.name)).count == migrations.count else {
            throw SQLiteError(.misuse, "two migrations have one name", place: "migrate")
        }
        try executeScript(
            "CREATE TABLE IF NOT EXISTS migration (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT")
        let done = try rows("SELECT name FROM migration ORDER BY position") { row throws(SQLiteError) in
            try row.get(0, as: String.self)
        }
        if let first = done.first, !migrations.contains(where: { $0.name == first }) {
            let own = migrations.first.map { ", not with \"\($0.name)\"" } ?? ""
            throw SQLiteError(
                .foreign, "\(path) is the database of another service: its schema begins with \"\(first)\"\(own)", place: "migrate")
        }
        if let unknown = done.first(where: { name in !migrations.contains { $0.name == name } }) {
            let reason = "\(path) was written by a later version: it has the schema change \"\(unknown)\""
            throw SQLiteError(.schemaTooNew, reason, place: "migrate")
        }
        guard migrations.prefix(done.count).map(\.name) == done else {
            throw SQLiteError(.misuse, "the order of migrations changed", place: "migrate")
        }
        for (position, migration) in migrations.enumerated().dropFirst(done.count) {
            try apply(migration, at: position, path: path)
        }
    }

    private func apply(_ migration: Migration, at position: Int, path: String) throws(SQLiteError) {
        try begin(.write)
        do {
            try migration.apply(self)
            try execute("INSERT INTO migration (position, name) VALUES (?1, ?2)", position, migration.name)
            try commit()
        } catch {
            _ = rollBack()
            let reason = "\(path): migration \"\(migration.name)\": \(error.reason)"
            throw SQLiteError(error.code, reason, place: error.place, rule: error.rule)
        }
    }

    fileprivate func executeScript(_ sql: StaticString) throws(SQLiteError) {
        // Safety: a StaticString of text is NUL-terminated and lives for ever.
        let start = UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
        let result = sqlite3_exec(handle, start, nil, nil, nil)
        guard result == SQLITE_OK else { throw SQLiteError(sqlite: result, on: handle, place: "\(label)") }
    }
}
