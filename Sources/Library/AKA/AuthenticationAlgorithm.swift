/// The algorithms that key material can be for, by the names that operators and records use.
///
/// A further one is a further case here and in `KeyMaterial`, and no switch over either has a `default`.
package enum AuthenticationAlgorithm: String, Sendable, CaseIterable {
    /// TS 35.206.
    case milenage = "MILENAGE"
}
