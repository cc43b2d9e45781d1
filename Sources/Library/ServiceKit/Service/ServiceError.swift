/// Why a service ended although nobody told it to.
package enum ServiceError: Error, Sendable, Equatable {
    case configuration(ConfigurationError)
    /// The reason stands in the log already.
    case failed(reason: String)
}
