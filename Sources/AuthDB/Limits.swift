internal import AKA

/// Bounds of what this service gives out and keeps.
enum AuthDBLimits {
    /// Vectors in one answer, however many are asked for (TS 29.503 §6.3.6.2.7 has the same bound for `generate-av`).
    static let vectorsPerAnswerMax = 5
    static let publicIdentitiesMax = 32
    /// How many SEQ a subscriber should have left; below that an operator is told. It is Δ of TS 33.102 Annex C.2.1: what one challenge may skip.
    static let sequenceNumbersLeftMin = SequenceNumberPolicy.delta
    /// Visited systems whose slot of the USIM's array is remembered; all beyond them share the last slot.
    static let visitedSystemsMax = 4_096
    /// Subscribers that are remembered between two questions; beyond it all are forgotten, and read again when they are asked for.
    static let knownSubscribersMax = 50_000
}
