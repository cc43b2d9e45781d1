internal import CLinux
internal import Glibc

/// What a process does to itself before it has threads or secrets.
enum ProcessSetup {
    /// - Throws: where the process could leave its keys in a core file.
    static func prepare() throws(ServiceError) {
        signal(SIGPIPE, SIG_IGN)
        var awaited = awaitedSignals()
        // Every thread inherits this; the one that waits for signals takes them.
        pthread_sigmask(SIG_BLOCK, &awaited, nil)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        guard setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0, mc_forbid_dump() == 0 else {
            throw .failed(reason: "core files cannot be forbidden: \(String(cString: strerror(errno)))")
        }
        raiseDescriptorLimit()
    }

    /// What signals set off.
    struct SignalActions: Sendable {
        let trigger: StopTrigger
        let onHangUp: @Sendable () -> Void
    }

    /// A thread that turns the first SIGTERM or SIGINT into a stop; the second ends the process at once. SIGHUP has files read again.
    static func waitForSignals(_ trigger: StopTrigger, onHangUp: @escaping @Sendable () -> Void) {
        final class Box: Sendable {
            let actions: SignalActions
            init(_ actions: SignalActions) { self.actions = actions }
        }
        var awaited = awaitedSignals()
        pthread_sigmask(SIG_BLOCK, &awaited, nil)
        var thread = pthread_t()
        // Safety: the thread takes over this retain; it ends with the process.
        let box = Unmanaged.passRetained(Box(SignalActions(trigger: trigger, onHangUp: onHangUp)))
        let status = pthread_create(
            &thread, nil,
            { box in
                guard let box else { return nil }
                let actions = Unmanaged<Box>.fromOpaque(box).takeRetainedValue().actions
                var awaited = ProcessSetup.awaitedSignals()
                var isSecond = false
                while true {
                    var number: Int32 = 0
                    guard sigwait(&awaited, &number) == 0 else { continue }
                    if number == SIGHUP {
                        actions.onHangUp()
                        continue
                    }
                    if isSecond { _exit(128 + number) }
                    isSecond = true
                    actions.trigger.stop(.signal(number))
                }
            }, box.toOpaque())
        precondition(status == 0, "no thread for signals")
        pthread_detach(thread)
    }

    static func endAtOnce(_ code: Int32) { _exit(code) }

    private static func awaitedSignals() -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGHUP)
        return signals
    }

    /// A connection is a descriptor: take all that we may have. That we get no more is no reason not to start.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
