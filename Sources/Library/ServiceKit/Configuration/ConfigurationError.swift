/// A setting that a service cannot start with, printed as one line: `authdb: --database: …`.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// The name of the setting, without dashes: `database`.
    package let flag: String
    package let reason: String

    package init(_ flag: String, _ reason: String) {
        self.flag = flag
        self.reason = reason
    }

    package var description: String { "--\(flag): \(reason)" }
}

extension ConfigurationError: Equatable {
    /// Two errors are equal when they name the same setting; the reason is for people.
    package static func == (left: ConfigurationError, right: ConfigurationError) -> Bool { left.flag == right.flag }
}
