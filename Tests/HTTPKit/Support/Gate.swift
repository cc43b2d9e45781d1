import Base
import Glibc
import Testing

/// Holds tasks until a test lets them go on.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Cancelled before they had come to wait.
        var early: Set<Int> = []
        var entered = 0
        var cancelled = 0
    }

    private let state = Guarded(State())
    private let numbers = Counter()

    /// How many have come to the gate, and how many of them were cancelled there.
    var entered: Int { state.withLock { $0.entered } }
    var cancelled: Int { state.withLock { $0.cancelled } }

    /// Returns when the gate opens, or when the waiting task itself is cancelled.
    func wait() async {
        let number = numbers.next()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayPass = state.withLock { state in
                    state.entered += 1
                    if state.isOpen || state.early.remove(number) != nil { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if mayPass { continuation.resume() }
            }
        } onCancel: {
            let released = state.withLock { state in
                state.cancelled += 1
                let released = state.waiting.removeValue(forKey: number)
                if released == nil { state.early.insert(number) }
                return released
            }
            released?.resume()
        }
    }

    /// For a thread of its own, never for a task.
    func waitBlocking() {
        while !state.withLock({ $0.isOpen }) { usleep(1_000) }
    }

    func open() {
        let released = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in released { continuation.resume() }
    }
}

/// Looks again until it is so; a bound, not a guess, for how long that takes.
func eventually(within time: Duration = .seconds(30), _ isSo: () -> Bool, location: SourceLocation = #_sourceLocation) async {
    let deadline = Instant.now + time
    while !isSo() {
        guard Instant.now < deadline else {
            Issue.record("it has not become so in \(time)", sourceLocation: location)
            return
        }
        try? await Task.sleep(for: .milliseconds(1))
    }
}

/// Lets closures on other threads share what is not copyable.
final class Shared<Value: ~Copyable & Sendable>: Sendable {
    let value: Value
    init(_ value: consuming Value) { self.value = value }
}
