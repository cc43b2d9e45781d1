internal import AKA
internal import Base
internal import SQLiteStore
internal import Vectors

/// A subscriber's secret key as a column holds it. K and OPc are no values of SQL themselves: every key that is written or read passes through
/// here, so that this is the one place that decides what lies on the disk.
///
/// In this version keys lie in clear. All that guards them is the mode of the file, 0600, and that of the files beside it.
struct StoredKey: SQLValue {
    private let octets: SecretOctets

    init(_ key: some SecretBlock) { octets = key.secret }

    /// - Throws: `.malformed` where the column holds another number of octets than such a key has.
    func key<Key: SecretBlock>(_: Key.Type = Key.self) throws(MalformedOctets) -> Key { try Key(octets.octets) }

    var sqlCell: SQLCell { .blob(octets.octets) }

    init?(sqlCell: SQLCell) {
        guard case .blob(let octets) = sqlCell else { return nil }
        self.octets = SecretOctets(octets)
    }
}
