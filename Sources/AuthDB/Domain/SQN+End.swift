internal import AKA

extension SQN {
    /// Whether so few numbers follow that an operator should know. SEQ never wraps (TS 33.102 Annex C.2.1), and a card at its end accepts nothing.
    var isNearEnd: Bool { SQN.seqMax - seq < AuthDBLimits.sequenceNumbersLeftMin }
}
