/// A setting that a service cannot start with, printed as one line: `authdb: --database: …`.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// Without the dashes.
    package let flag: String
    package let reason: String

    package init(_ flag: String, _ reason: String) {
        self.flag = flag
        self.reason = reason
    }

    package var description: String { "--\(flag): \(reason)" }
}

extension ConfigurationError: Equatable {
    /// The same flag: the reason is for people.
    package static func == (left: ConfigurationError, right: ConfigurationError) -> Bool { left.flag == right.flag }
}

/// Why a service ended other than as it was told to.
package enum ServiceError: Error, Sendable, Equatable {
    case configuration(ConfigurationError)
    /// Logged already.
    case failed(reason: String)
}
