/// The bounds of what the services on the chain share.
enum ChainLimits {
    /// When to ask a service again whose database holds no record: an operator is needed in between, but no longer wait afterwards.
    static let emptyStoreRetryTime: Duration = .seconds(10)
}
