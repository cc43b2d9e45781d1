internal import Base
internal import CLinux

/// The environment of the process.
enum ProcessEnvironment {
    static let prefix = "MC_"

    /// The variables that begin with `MC_`.
    static var settings: [String: String] {
        var entries: [String] = []
        // Safety: the list ends with a null pointer, each entry with a zero; all are copied, and nothing in the process changes the environment.
        var next = mc_environment()
        while let entry = next?.pointee, entries.count < ServiceLimits.variablesMax {
            entries.append(String(cString: entry))
            next = next?.successor()
        }
        return variables(in: entries)
    }

    /// - Parameter entries: `NAME=value`. Where a name comes twice, the first counts, as for `getenv`.
    static func variables(in entries: [String]) -> [String: String] {
        var found: [String: String] = [:]
        for entry in entries where entry.utf8.starts(with: prefix.utf8) {
            guard let equals = entry.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(entry[..<equals])
            if found[name] == nil { found[name] = String(entry[entry.utf8.index(after: equals)...]) }
        }
        return found
    }
}
