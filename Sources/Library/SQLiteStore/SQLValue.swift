/// One value as SQLite stores it.
package enum SQLCell: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// A type that is stored in one column.
///
/// Nothing is converted on the way: a column that holds another type is an error (`.wrongType`), where SQLite itself
/// would make a number of "12 monkeys". A type of a higher layer conforms by naming its cell.
package protocol SQLValue {
    var sqlCell: SQLCell { get }
    /// Nil when the cell has the wrong type, or holds what this type cannot be.
    init?(sqlCell: SQLCell)
}

extension Int64: SQLValue {
    package var sqlCell: SQLCell { .integer(self) }
    package init?(sqlCell: SQLCell) {
        guard case .integer(let value) = sqlCell else { return nil }
        self = value
    }
}

extension Int: SQLValue {
    package var sqlCell: SQLCell { .integer(Int64(self)) }
    package init?(sqlCell: SQLCell) {
        guard case .integer(let value) = sqlCell else { return nil }
        self.init(exactly: value)
    }
}

/// Stored as 0 or 1; any other number is no Bool.
extension Bool: SQLValue {
    package var sqlCell: SQLCell { .integer(self ? 1 : 0) }
    package init?(sqlCell: SQLCell) {
        switch sqlCell {
        case .integer(0): self = false
        case .integer(1): self = true
        default: return nil
        }
    }
}

extension String: SQLValue {
    package var sqlCell: SQLCell { .text(self) }
    package init?(sqlCell: SQLCell) {
        guard case .text(let value) = sqlCell else { return nil }
        self = value
    }
}

extension [UInt8]: SQLValue {
    package var sqlCell: SQLCell { .blob(self) }
    package init?(sqlCell: SQLCell) {
        guard case .blob(let value) = sqlCell else { return nil }
        self = value
    }
}

/// Nil is NULL.
extension Optional: SQLValue where Wrapped: SQLValue {
    package var sqlCell: SQLCell { self?.sqlCell ?? .null }
    package init?(sqlCell: SQLCell) {
        if case .null = sqlCell {
            self = Self.none
            return
        }
        guard let value = Wrapped(sqlCell: sqlCell) else { return nil }
        self = Self.some(value)
    }
}
