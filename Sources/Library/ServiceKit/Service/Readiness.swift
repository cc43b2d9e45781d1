internal import Base

/// Whether a service may be sent requests, as Kubernetes asks.
final class Readiness: Sendable {
    struct Finding: Equatable {
        let name: String
        /// Why the check fails; nil where it passes.
        let failure: String?
        /// What an operator should look at although the check passes.
        let warning: String?

        init(name: String, failure: String?, warning: String? = nil) {
            self.name = name
            self.failure = failure
            self.warning = warning
        }
    }

    private struct State {
        var checks: [(name: String, check: @Sendable () -> String?, warning: @Sendable () -> String?)] = []
        var isListening = false
        var isDraining = false
        var fatal: String?
    }

    private let state = Guarded(State())

    /// - Parameter warning: is asked where the check passes.
    func add(_ name: String, _ check: @escaping @Sendable () -> String?, warning: @escaping @Sendable () -> String? = { nil }) {
        state.withLock { $0.checks.append((name, check, warning)) }
    }

    func setListening() { state.withLock { $0.isListening = true } }
    func setDraining() { state.withLock { $0.isDraining = true } }
    func setFailed(_ reason: String) { state.withLock { $0.fatal = $0.fatal ?? reason } }

    /// - Parameter excluded: the names of checks to leave out. A fatal failure cannot be left out.
    func findings(excluding excluded: [String] = []) -> [Finding] {
        let (checks, listening, draining, fatal) = state.withLock { ($0.checks, $0.isListening, $0.isDraining, $0.fatal) }
        var findings = [
            Finding(name: "listening", failure: listening ? nil : "starting"),
            Finding(name: "draining", failure: draining ? "draining" : nil),
        ]
        if let fatal { findings.append(Finding(name: "fatal", failure: fatal)) }
        return findings
            + checks.filter { !excluded.contains($0.name) }.map { check in
                let failure = check.check()
                return Finding(name: check.name, failure: failure, warning: failure == nil ? check.warning() : nil)
            }
    }
}
