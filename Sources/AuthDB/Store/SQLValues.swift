internal import AKA
internal import Base
internal import SQLiteStore
internal import Vectors

// How the values of AKA are kept in a column: octets as a BLOB, and the SQN as the number that the database counts up. Keys are
// not among them: see `StoredKey`.

extension SQN: SQLValue {
    var sqlCell: SQLCell { .integer(Int64(clamping: value)) }
    init?(sqlCell: SQLCell) {
        guard case .integer(let number) = sqlCell, let value = UInt64(exactly: number), let sqn = try? SQN(value) else { return nil }
        self = sqn
    }
}

extension IND: SQLValue {
    var sqlCell: SQLCell { .integer(Int64(value)) }
    init?(sqlCell: SQLCell) {
        guard let number = Int(sqlCell: sqlCell), let ind = try? IND(number) else { return nil }
        self = ind
    }
}

extension AMF: SQLValue {
    var sqlCell: SQLCell { .blob(octets) }
    init?(sqlCell: SQLCell) {
        guard case .blob(let octets) = sqlCell, let amf = try? AMF(octets) else { return nil }
        self = amf
    }
}

extension AuthenticationAlgorithm: SQLValue {
    var sqlCell: SQLCell { .text(rawValue) }
    init?(sqlCell: SQLCell) {
        guard case .text(let name) = sqlCell else { return nil }
        self.init(rawValue: name)
    }
}
