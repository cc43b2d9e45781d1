internal import AKA

/// The algorithms that key material can be for, by the names that operators and records use.
enum AuthenticationAlgorithm: String, Sendable, CaseIterable {
    /// TS 35.206.
    case milenage = "MILENAGE"
}

extension KeyMaterial {
    var algorithm: AuthenticationAlgorithm { .milenage }
}
