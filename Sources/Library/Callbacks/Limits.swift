/// Bounds of the notices to those who registered users that are shut out.
package enum CallbackLimits {
    /// The longest registration: an IMS UE asks for no more (TS 24.229 §5.1.1.2.1).
    package static let registrationTime: Duration = .seconds(600_000)
    /// How long a callback is kept. As long as more than `registrationTime` of it is left, a further question about the user writes nothing.
    package static let keepTime: Duration = .seconds(1_200_000)
    /// Callbacks that are remembered in memory as kept.
    package static let knownMax = 100_000
    /// Addresses of one asker that are told of one user. A further one takes the place of the oldest.
    package static let addressesPerUserMax = 16
    /// Identities of one user that are remembered as granted.
    package static let identitiesMax = 256
    /// Users that the next hop has shut out and that are remembered for the questions about them that are under way.
    package static let recentMax = 10_000
    /// Users who are looked at again in one step.
    package static let judgedAtOnceMax = 500
    /// Pending notices are counted up to here.
    package static let countedMax = 10_000
    /// Lanes that notices are sent along at the same time, and those of one asker.
    package static let lanesAtOnceMax = 32
    package static let lanesPerAskerMax = 8
    /// Lanes that are remembered as failing.
    package static let failingLanesMax = 1_024
    /// Notices of one lane that are sent at the same time.
    package static let sentAtOnceMax = 8
    package static let answerTime: Duration = .seconds(3)
    /// How often it is looked whether notices are due.
    package static let lookTime: Duration = .milliseconds(250)
    /// How often it is looked for callbacks in memory that are over.
    package static let expiryLookTime: Duration = .seconds(600)
    /// The pause after the first attempt that failed. It doubles with each further one.
    package static let pauseMin: Duration = .milliseconds(500)
    package static let pauseMax: Duration = .seconds(60)
    /// The longest `Retry-After` that is honoured: whoever is shut out must not stay registered because a hop asks for a week.
    package static let retryAfterMax: Duration = .seconds(600)
}
