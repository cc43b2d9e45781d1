/// Bounds of the operation on the wire.
package enum NhssHTTPLimits {
    /// How long an answer may take where the caller does not ask for less. The UE at the far end is then answered within two seconds.
    package static let responseTimeMax: Duration = .milliseconds(1_800)
    /// The time that a hop keeps for itself: the next hop is given that much less.
    package static let hopMargin: Duration = .milliseconds(20)
    /// The largest value five digits of `3gpp-Sbi-Max-Rsp-Time` can say.
    package static let responseMillisecondsMax = 99_999
    /// The longest `Retry-After` that is believed.
    package static let retryAfterSecondsMax = 3_600
    /// A `cause` of a problem document longer than this is not repeated in the log.
    package static let causeBytesMax = 64
    /// Entries of a received `invalidParams` that are kept.
    package static let invalidParametersMax = 16
    /// The pauses before each further round over the roots of a next hop that refuses connections, the last of them again and again until the
    /// deadline: a service that is restarted is back by then.
    package static let retryPauses: [Duration] = [20, 40, 80, 160, 180].map { .milliseconds($0) }
}
