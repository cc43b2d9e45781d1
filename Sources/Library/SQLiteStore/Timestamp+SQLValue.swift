package import Base

/// Microseconds since 1970.
extension Timestamp: SQLValue {
    package var sqlCell: SQLCell { .integer(microsecondsSince1970) }
    package init?(sqlCell: SQLCell) {
        guard case .integer(let microseconds) = sqlCell else { return nil }
        self.init(microsecondsSince1970: microseconds)
    }
}
