internal import Nhss

/// Who registers: the pair that the primary system's answer is about (TS 23.280 §10.1.6.2 step 1).
struct UserIdentities: Sendable, Hashable {
    let impi: IMPI
    let impu: IMPU
}
