/// Decides what the home does with its sequence number when a UE asks to resynchronise.
package enum SequenceNumberPolicy {
    /// Δ: how far ahead of the last accepted SEQ a USIM lets the next one be (TS 33.102 Annex C.2.1 and C.3).
    package static let delta: UInt64 = 1 << 28

    package enum Decision: Hashable, Sendable {
        /// The home keeps its number: the USIM will accept the next one.
        case unchanged
        /// SQN_HE := SQN_MS; the next vector uses the SEQ after this one.
        case moved(toSEQ: UInt64)
    }

    /// Decides from a SQN_MS whose MAC-S was verified.
    ///
    /// The home keeps its number if SEQ_HE + 1 is greater than SEQ_MS and at most Δ ahead of it, which every slot of
    /// the USIM's array accepts.
    ///
    /// - Parameter homeSEQ: the SEQ of the last number that the home has used.
    ///
    /// Source: TS 33.102 §6.3.5.
    package static func resynchronised(homeSEQ: UInt64, msSQN: SQN, delta: UInt64 = delta) -> Decision {
        // SEQ_HE + 1 − SEQ_MS ≤ Δ, written so that nothing can overflow.
        guard homeSEQ >= msSQN.seq, homeSEQ - msSQN.seq < delta else { return .moved(toSEQ: msSQN.seq) }
        return .unchanged
    }
}
