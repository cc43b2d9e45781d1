internal import Base
internal import Glibc

/// A thread that waits for the signals which stop a service or have its files read again.
final class SignalThread: Sendable {
    private let trigger: StopTrigger
    private let onHangUp: @Sendable () -> Void

    private init(_ trigger: StopTrigger, _ onHangUp: @escaping @Sendable () -> Void) {
        self.trigger = trigger
        self.onHangUp = onHangUp
    }

    /// Keeps the signals from this thread and every thread that it starts: only the thread that waits for them takes them.
    static func blockSignals() {
        var signals = signals()
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// The first SIGTERM or SIGINT stops the service, the second ends the process at once. The thread ends with the process.
    ///
    /// - Parameter onHangUp: called at each SIGHUP.
    static func start(_ trigger: StopTrigger, onHangUp: @escaping @Sendable () -> Void) {
        blockSignals()
        let waiter = SignalThread(trigger, onHangUp)
        SystemThread.startOrEnd { waiter.wait() }
    }

    private func wait() -> Never {
        var signals = SignalThread.signals()
        var isStopping = false
        while true {
            var number: Int32 = 0
            guard sigwait(&signals, &number) == 0 else { continue }
            if number == SIGHUP {
                onHangUp()
                continue
            }
            if isStopping { _exit(128 + number) }
            isStopping = true
            trigger.stop(.signal(number))
        }
    }

    private static func signals() -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGHUP)
        return signals
    }
}
