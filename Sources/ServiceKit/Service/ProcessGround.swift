internal import CLinux
internal import Glibc

/// What a process does to itself before it has threads or secrets.
enum ProcessGround {
    /// - Throws: where the process could leave its keys in a core file.
    static func prepare() throws(ServiceError) {
        signal(SIGPIPE, SIG_IGN)
        var stopping = stopSignals()
        // Every thread inherits this; the one that waits for signals takes them.
        pthread_sigmask(SIG_BLOCK, &stopping, nil)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        guard setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0, mc_forbid_dump() == 0 else {
            throw .failed(reason: "core files cannot be forbidden: \(String(cString: strerror(errno)))")
        }
        raiseDescriptorLimit()
    }

    /// A thread that turns the first SIGTERM or SIGINT into a stop; the second ends the process at once.
    static func waitForSignals(_ trigger: StopTrigger) {
        var stopping = stopSignals()
        pthread_sigmask(SIG_BLOCK, &stopping, nil)
        var thread = pthread_t()
        // Safety: the thread takes over this retain; it ends with the process.
        let box = Unmanaged.passRetained(trigger)
        let status = pthread_create(&thread, nil, { box in
            guard let box else { return nil }
            let trigger = Unmanaged<StopTrigger>.fromOpaque(box).takeRetainedValue()
            var stopping = ProcessGround.stopSignals()
            var isSecond = false
            while true {
                var number: Int32 = 0
                guard sigwait(&stopping, &number) == 0 else { continue }
                if isSecond { _exit(128 + number) }
                isSecond = true
                trigger.stop(.signal(number))
            }
        }, box.toOpaque())
        precondition(status == 0, "no thread for signals")
        pthread_detach(thread)
    }

    static func endAtOnce(_ code: Int32) { _exit(code) }

    private static func stopSignals() -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
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
