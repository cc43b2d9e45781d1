internal import Base

/// Tells a running service once that it is to end, and why.
final class StopTrigger: Sendable {
    enum Reason: Sendable, Equatable {
        case signal(Int32)
        case asked
        case failure(String)
    }

    private struct State {
        var reason: Reason?
        var waiting: CheckedContinuation<Reason, Never>?
    }

    private let state = Guarded(State())

    /// Only the first reason counts.
    ///
    /// - Parameter first: called for the first reason, before the service goes on to its end.
    func stop(_ reason: Reason, first: () -> Void = {}) {
        let waiting = state.withLock { state -> CheckedContinuation<Reason, Never>? in
            guard state.reason == nil else { return nil }
            first()
            state.reason = reason
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: reason)
    }

    /// Waits until there is a reason to stop. Only one may wait.
    func wait() async -> Reason {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Reason? in
                if state.reason == nil { state.waiting = continuation }
                return state.reason
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
