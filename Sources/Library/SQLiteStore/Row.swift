/// One row of a result. Lent to the closure that reads it; kept for longer, it gives `.misuse`.
package struct Row {
    let statement: Statement
    let label: StaticString

    /// The value in a column.
    ///
    /// - Parameter column: from 0, in the order of the SELECT or RETURNING list.
    /// - Throws: `.wrongType` when the column holds another type (also: a number that is no Bool, a text that is not
    ///   UTF-8, NULL where `Value` is not optional), `.misuse` when there is no such column.
    package func get<Value: SQLValue>(_ column: Int, as type: Value.Type = Value.self) throws(SQLiteError) -> Value {
        guard statement.isRunning else { throw SQLiteError(.misuse, "the row is gone", place: statement.place(label)) }
        guard column >= 0, column < statement.columnCount, let index = Int32(exactly: column) else {
            throw SQLiteError(.misuse, "no column \(column)", place: statement.place(label))
        }
        guard let cell = statement.cell(at: index), let value = Value(sqlCell: cell) else {
            let reason = "column \(column) (\(statement.columnName(at: index))) is no \(Value.self)"
            throw SQLiteError(.wrongType, reason, place: statement.place(label))
        }
        return value
    }
}
