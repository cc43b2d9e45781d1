internal import Base

/// The settings that a service has, as it has read them, and the `MC_…` variables of its environment.
///
/// An object, because variables that stand for no setting are told when all settings have been read, and by the service that then runs.
package final class KnownSettings: Sendable {
    private let names = Guarded<(settings: Set<String>, variables: Set<String>)>(([], []))
    private let variables: [String]

    init(variables: [String]) { self.variables = variables }

    func insert(_ name: String, _ variable: String) {
        names.withLock {
            $0.settings.insert(name)
            $0.variables.insert(variable)
        }
    }

    func has(_ name: String) -> Bool { names.withLock { $0.settings.contains(name) } }

    /// The variables that stand for no setting of this service, sorted. Their values are told to nobody.
    var unknownVariables: [String] {
        let known = names.withLock { $0.variables }
        return variables.filter { $0.utf8.starts(with: ProcessEnvironment.prefix.utf8) && !known.contains($0) }.sorted()
    }
}
