internal import Nhss

/// A registered public identity.
struct Registration: Sendable {
    let impu: IMPU
    /// Who authenticated last for it.
    var impi: IMPI
    /// In the order they came; never empty in the table.
    var contacts: [RegisteredContact]
    /// Changes with every change.
    var version: UInt64
}
