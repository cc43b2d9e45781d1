internal import Nhss

/// The user who registers: a private and a public identity (TS 23.280 §10.1.6.2 step 1).
struct UserIdentities: Sendable, Hashable {
    let impi: IMPI
    let impu: IMPU
}
