internal import Base

/// Whether a service may be sent requests, as Kubernetes asks.
final class Readiness: Sendable {
    struct Finding: Equatable {
        let name: String
        /// Why the check fails; nil where it passes.
        let failure: String?
    }

    private struct State {
        var checks: [(name: String, check: @Sendable () -> String?)] = []
        var isListening = false
        var isDraining = false
        var fatal: String?
    }

    private let state = Guarded(State())

    func add(_ name: String, _ check: @escaping @Sendable () -> String?) { state.withLock { $0.checks.append((name, check)) } }
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
        return findings + checks.filter { !excluded.contains($0.name) }.map { Finding(name: $0.name, failure: $0.check()) }
    }
}
