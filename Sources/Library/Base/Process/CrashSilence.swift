internal import CLinux
internal import Glibc

/// Keeps the memory of a process, and with it its keys, out of everything that is written when the process crashes.
package enum CrashSilence {
    /// The signals that Swift's crash reporter takes for itself, and those that dump core.
    private static let signals = [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, SIGSYS]

    /// Makes every crash end the process at once, without a report and without a core file. Each program calls it before anything else.
    ///
    /// Where the environment says so (`SWIFT_BACKTRACE`), or on a terminal, Swift's runtime has installed its crash reporter before `main` runs. That
    /// prints registers and the memory they point to. So the signals get the action of the system back, whatever the environment says.
    ///
    /// - Returns: why core files cannot be forbidden; nil where they are.
    package static func begin() -> String? {
        var fatal = sigset_t()
        sigemptyset(&fatal)
        for number in signals {
            signal(number, SIG_DFL)
            sigaddset(&fatal, number)
        }
        // A parent may have left a signal blocked: `abort` must not wait.
        pthread_sigmask(SIG_UNBLOCK, &fatal, nil)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        guard setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0, mc_forbid_dump() == 0 else {
            return "core files cannot be forbidden: \(String(cString: strerror(errno)))"
        }
        return nil
    }

    /// `begin` for a tool, which ends where core files cannot be forbidden.
    package static func beginOrExit() {
        guard let reason = begin() else { return }
        let line = Array("\(reason)\n".utf8)
        // Safety: the kernel reads the array's bytes and no more.
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(1)
    }
}
