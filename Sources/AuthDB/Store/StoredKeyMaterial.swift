internal import AKA
internal import SQLiteStore

/// A subscriber's key material as the columns `algorithm`, `k` and `opc` hold it.
///
/// A further algorithm is one more case of `AuthenticationAlgorithm`: the compiler then names the places here that have to know its keys, and a test
/// names the CHECK of the column.
struct StoredKeyMaterial {
    let algorithm: AuthenticationAlgorithm
    let k: StoredKey
    let opc: StoredKey

    init(_ material: KeyMaterial) {
        algorithm = material.algorithm
        switch material {
        case .milenage(let key):
            k = StoredKey(key.k)
            opc = StoredKey(key.opc)
        }
    }

    /// From three columns that begin at `column`.
    init(_ row: Row, from column: Int) throws(SQLiteError) {
        algorithm = try row.get(column)
        k = try row.get(column + 1)
        opc = try row.get(column + 2)
    }

    /// - Throws: `.wrongType` for keys that the algorithm cannot have.
    func material() throws(SQLiteError) -> KeyMaterial {
        switch algorithm {
        case .milenage:
            do { return .milenage(MilenageKey(k: try k.key(), opc: try opc.key())) } catch {
                throw SQLiteError(.wrongType, "a key has a wrong length", place: "key material")
            }
        }
    }
}
