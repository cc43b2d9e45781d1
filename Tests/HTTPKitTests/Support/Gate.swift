import Locking
import Testing

/// Holds tasks until a test lets them go on.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var entered = 0
        var cancelled = 0
    }

    private let state = Guarded(State())

    /// How many have come to the gate, and how many of them were cancelled there.
    var entered: Int { state.withLock { $0.entered } }
    var cancelled: Int { state.withLock { $0.cancelled } }

    /// Returns when the gate opens, or when a waiting task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayPass = state.withLock { state in
                    state.entered += 1
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if mayPass { continuation.resume() }
            }
        } onCancel: {
            release { $0.cancelled += 1 }
        }
    }

    func open() { release { $0.isOpen = true } }

    private func release(_ change: (inout State) -> Void) {
        let released = state.withLock { state in
            change(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in released { continuation.resume() }
    }
}

/// Looks again until it is so; a bound, not a guess, for how long that takes.
func eventually(within time: Duration = .seconds(30), _ isSo: () -> Bool, location: SourceLocation = #_sourceLocation) async {
    let deadline = ContinuousClock.now + time
    while !isSo() {
        guard ContinuousClock.now < deadline else {
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
