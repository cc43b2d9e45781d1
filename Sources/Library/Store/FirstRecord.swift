internal import Synchronization

/// Whether a store has ever held a record since it was opened.
///
/// A store without any record is more likely a file that was moved away than a system without users, so nobody should be told that a user is unknown
/// because of it. A single flag, because each question looks at it. It turns once and for good.
package final class FirstRecord: Sendable {
    private let missing: Atomic<Bool>

    package init(isMissing: Bool) { missing = Atomic(isMissing) }

    package var isMissing: Bool { missing.load(ordering: .relaxed) }

    package func arrive() { missing.store(false, ordering: .relaxed) }
}
