/// The USIM's memory of accepted sequence numbers: one SEQ for every IND.
///
/// Vectors for different systems may arrive in any order, since each has its own slot; within a slot only growing
/// numbers are accepted.
///
/// Source: TS 33.102 Annex C.2.
package struct SequenceNumberWindow: Sendable, Hashable {
    /// SEQ_MS(i), one for each of the 32 slots.
    private var accepted: [UInt64]
    /// SQN_MS: the highest SEQ accepted in any slot, with its IND.
    package private(set) var highest: SQN
    private let delta: UInt64
    private let ageLimit: UInt64?

    /// - Parameters:
    ///   - lastAccepted: nothing up to its SEQ is accepted again, in any slot; zero on a new card.
    ///   - delta: Δ, the greatest jump.
    ///   - ageLimit: L, how far behind the highest SEQ an accepted one stays below; nil for no limit.
    package init(lastAccepted: SQN, delta: UInt64 = SequenceNumberPolicy.delta, ageLimit: UInt64? = nil) {
        accepted = Array(repeating: lastAccepted.seq, count: IND.count)
        highest = lastAccepted
        self.delta = delta
        self.ageLimit = ageLimit
    }

    /// Takes `sqn` if it is fresh, and remembers it.
    ///
    /// - Returns: false, and nothing changes, for a number used before, too old, or too far ahead.
    package mutating func accept(_ sqn: SQN) -> Bool {
        guard isFresh(sqn) else { return false }
        accepted[Int(sqn.ind.value)] = sqn.seq
        if sqn.seq > highest.seq { highest = sqn }
        return true
    }

    private func isFresh(_ sqn: SQN) -> Bool {
        // Both are 43 bits wide, so the difference fits and the guards keep it from going below zero.
        if sqn.seq > highest.seq { return sqn.seq - highest.seq <= delta }
        if let ageLimit, highest.seq - sqn.seq >= ageLimit { return false }
        return sqn.seq > accepted[Int(sqn.ind.value)]
    }
}
