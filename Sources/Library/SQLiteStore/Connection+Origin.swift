extension Connection {
    /// Refuses the file of another program, before anything is written to it.
    ///
    /// A file of ours holds nothing at all, or the list of its migrations with what they have made. The list alone may be empty: a start can end
    /// before the first migration.
    /// - Throws: `.foreign`, whose reason goes on from the path; what SQLite reports.
    func checkIsOwn() throws(SQLiteError) {
        let other = try row("SELECT name FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*' AND name <> 'migration' LIMIT 1") {
            row throws(SQLiteError) in try row.get(0, as: String.self)
        }
        if try holdsMigrationList() {
            if other == nil { return }
            if try lastText("SELECT EXISTS (SELECT 1 FROM migration)") == "1" { return }
        }
        if let other { throw foreign("it holds \"\(other)\" and no list of this service's schema changes") }
        guard try lastText("SELECT EXISTS (SELECT 1 FROM sqlite_schema)") == "0" else { throw foreign("its table \"migration\" is of another kind") }
        for mark in ["application_id", "user_version"] {
            guard try pragma(mark) == "0" else { throw foreign("it holds nothing, but is marked by its \(mark)") }
        }
    }

    private func holdsMigrationList() throws(SQLiteError) -> Bool {
        try lastText("SELECT group_concat(name) FROM pragma_table_info('migration')") == "position,name"
    }

    private func foreign(_ reason: String) -> SQLiteError {
        SQLiteError(.foreign, "is the database of another program: \(reason)", place: "\(label)")
    }
}
