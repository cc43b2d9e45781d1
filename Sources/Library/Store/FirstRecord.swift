internal import Synchronization

/// Whether a store has ever held a record.
///
/// A store that never held one is more likely a file that was moved away than a system without users, so nobody should be told that a user is unknown
/// because of it. The store keeps the answer: one whose last record was deleted stays one that has held records, also after a restart. A single
/// flag, because each question looks at it. It turns once and for good.
package final class FirstRecord: Sendable {
    private let missing: Atomic<Bool>

    package init(isMissing: Bool) { missing = Atomic(isMissing) }

    package var isMissing: Bool { missing.load(ordering: .relaxed) }

    package func arrive() { missing.store(false, ordering: .relaxed) }
}
