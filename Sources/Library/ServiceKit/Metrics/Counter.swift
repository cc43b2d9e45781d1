internal import Synchronization

/// A number that only grows.
package final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    package init() {}

    package func add(_ number: Int = 1) { count.wrappingAdd(number, ordering: .relaxed) }
    package var value: Int { count.load(ordering: .relaxed) }
}
