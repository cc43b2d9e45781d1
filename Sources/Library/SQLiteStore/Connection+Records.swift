extension Connection {
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
