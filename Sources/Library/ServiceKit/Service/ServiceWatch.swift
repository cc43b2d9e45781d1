internal import Base
internal import Glibc

/// A thread that looks, again and again, at what may be slow to tell, such as a disk: no event loop has to wait for it, and no question does.
final class ServiceWatch: Sendable {
    private struct Look {
        let interval: Duration
        var dueAt: Instant
        let look: @Sendable () -> Void
    }

    private struct State {
        var looks: [Look] = []
        var isStopped = false
        /// When the looks that are under way began.
        var beganAt: Instant?
    }

    private static let tickMicroseconds: UInt32 = 100_000
    private let state = Guarded(State())

    /// Has `look` called on the thread, again and again, an interval after it was added for the first time.
    func add(every interval: Duration, _ look: @escaping @Sendable () -> Void) {
        state.withLock { $0.looks.append(Look(interval: interval, dueAt: .now + interval, look: look)) }
    }

    /// Why a look has not ended yet; nil where none is late.
    var stall: String? {
        guard let beganAt = state.withLock({ $0.beganAt }), Instant.now - beganAt > ServiceLimits.lookStallTime else { return nil }
        return "the disk has not answered for more than \(ServiceLimits.lookStallTime)"
    }

    /// Starts the thread, which ends after `stop`.
    func start() { SystemThread.startOrEnd { [self] in run() } }

    /// Lets go of everything that is looked at. The thread ends when the look that is under way has ended.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.looks = []
        }
    }

    private func run() {
        while !state.withLock({ $0.isStopped }) {
            lookAtWhatIsDue()
            usleep(ServiceWatch.tickMicroseconds)
        }
    }

    private func lookAtWhatIsDue() {
        let now = Instant.now
        let due = state.withLock { state -> [@Sendable () -> Void] in
            var due: [@Sendable () -> Void] = []
            for position in state.looks.indices where state.looks[position].dueAt <= now {
                state.looks[position].dueAt = now + state.looks[position].interval
                due.append(state.looks[position].look)
            }
            state.beganAt = due.isEmpty ? nil : now
            return due
        }
        guard !due.isEmpty else { return }
        for look in due { look() }
        state.withLock { $0.beganAt = nil }
    }
}
