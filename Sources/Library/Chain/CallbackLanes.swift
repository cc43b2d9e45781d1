internal import Base
internal import Callbacks

/// Which lanes somebody is on, and which have failed and pause. In memory alone: after a restart all are tried at once.
final class CallbackLanes: Sendable {
    private struct Pause {
        var attempts = 0
        var end: Instant
    }

    private struct State {
        var busy: Set<CallbackLane> = []
        var failing: [CallbackLane: Pause] = [:]
    }

    private let state = Guarded(State())
    private let clock: @Sendable () -> Instant

    init(clock: @escaping @Sendable () -> Instant) { self.clock = clock }

    /// Lanes that cannot be entered now.
    func closed() -> Set<CallbackLane> {
        let now = clock()
        return state.withLock { state in state.busy.union(state.failing.lazy.filter { now < $0.value.end }.map(\.key)) }
    }

    /// - Returns: false where somebody is on it already, or there are too many.
    func enter(_ lane: CallbackLane) -> Bool {
        state.withLock { state in state.busy.count < CallbackLimits.lanesAtOnceMax && state.busy.insert(lane).inserted }
    }

    func leave(_ lane: CallbackLane) { state.withLock { _ = $0.busy.remove(lane) } }

    func isFailing(_ lane: CallbackLane) -> Bool { state.withLock { $0.failing[lane] != nil } }

    func open(_ lane: CallbackLane) { state.withLock { $0.failing[lane] = nil } }

    /// - Parameter time: how long, after that many failures before this one.
    func pause(_ lane: CallbackLane, for time: (Int) -> Duration) {
        let now = clock()
        state.withLock { state in
            let attempts = state.failing[lane]?.attempts ?? 0
            if state.failing.count >= CallbackLimits.failingLanesMax, let first = state.failing.min(by: { $0.value.end < $1.value.end }) {
                state.failing[first.key] = nil
            }
            state.failing[lane] = Pause(attempts: min(attempts + 1, 64), end: now + time(attempts))
        }
    }
}
