internal import Synchronization

/// How many commits a store has made, and how long they took together.
package final class CommitTimes: Sendable {
    private let commits = Atomic<Int>(0)
    private let nanoseconds = Atomic<Int>(0)

    package init() {}

    package func add(_ time: Duration) {
        commits.wrappingAdd(1, ordering: .relaxed)
        nanoseconds.wrappingAdd(Int(clamping: Int64(time / .nanoseconds(1))), ordering: .relaxed)
    }

    package var count: Int { commits.load(ordering: .relaxed) }
    package var seconds: Double { Double(nanoseconds.load(ordering: .relaxed)) / 1e9 }
}
