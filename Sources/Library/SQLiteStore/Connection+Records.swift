extension Connection {
    /// Whether the database has ever held a record. Its user version says so, which is 1 from the first record on. A file of an earlier version of
    /// this program does not say it yet, and is marked here where it holds one.
    func hasHeldRecord() throws(SQLiteError) -> Bool {
        if try pragma("user_version") != "0" { return true }
        guard holdsRecord else { return false }
        // On a disk that is full now the next start marks the file.
        try? markFirstRecord()
        return true
    }

    /// Within the transaction that brings the first record.
    func markFirstRecord() throws(SQLiteError) { try execute("PRAGMA user_version = 1") }

    /// Whether there is a row in any table but the list of migrations. A database that cannot tell counts as one that has some.
    var holdsRecord: Bool {
        do throws(SQLiteError) {
            let tables = try rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migration'") {
                row throws(SQLiteError) in try row.get(0, as: String.self)
            }
            for table in tables {
                let name = table.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
                if try lastText("SELECT EXISTS (SELECT 1 FROM \"\(name)\")") == "1" { return true }
            }
            return false
        } catch { return true }
    }
}
