package import Base
package import Nhss
package import SQLiteStore
internal import ServiceKit

// How the types of the contract are kept in a column: as the canonical text that is compared, so that a unique rule of the
// database means what it says.

extension IMPI: SQLValue {
    package var sqlCell: SQLCell { .text(text) }
    package init?(sqlCell: SQLCell) {
        guard case .text(let text) = sqlCell, let value = try? IMPI(text) else { return nil }
        self = value
    }
}

extension IMPU: SQLValue {
    package var sqlCell: SQLCell { .text(text) }
    package init?(sqlCell: SQLCell) {
        guard case .text(let text) = sqlCell, let value = try? IMPU(text) else { return nil }
        self = value
    }
}

extension SystemID: SQLValue {
    package var sqlCell: SQLCell { .text(text) }
    package init?(sqlCell: SQLCell) {
        guard case .text(let text) = sqlCell, let value = try? SystemID(text) else { return nil }
        self = value
    }
}

/// Microseconds since 1970.
extension Timestamp: SQLValue {
    package var sqlCell: SQLCell { .integer(microsecondsSince1970) }
    package init?(sqlCell: SQLCell) {
        guard case .integer(let microseconds) = sqlCell else { return nil }
        self.init(microsecondsSince1970: microseconds)
    }
}
