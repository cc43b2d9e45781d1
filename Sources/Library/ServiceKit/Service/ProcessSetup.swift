internal import Base
internal import Glibc

/// What a process does before it has threads or secrets: it forbids crash reports and core files, blocks signals and takes all descriptors it may
/// have.
enum ProcessSetup {
    /// - Throws: where the process could leave its keys in a core file.
    static func prepare() throws(ServiceError) {
        if let reason = CrashSilence.begin() { throw .failed(reason: reason) }
        signal(SIGPIPE, SIG_IGN)
        SignalThread.blockSignals()
        raiseDescriptorLimit()
    }

    /// Each connection takes a descriptor. A process that gets no more of them starts all the same.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
