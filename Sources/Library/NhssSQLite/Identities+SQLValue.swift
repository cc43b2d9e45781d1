package import Nhss
package import SQLiteStore

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
