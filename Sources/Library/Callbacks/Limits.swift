/// Bounds of the notices to those who registered users that are shut out.
package enum CallbackLimits {
    /// The longest registration: an IMS UE asks for no more (TS 24.229 §5.1.1.2.1).
    package static let registrationTime: Duration = .seconds(600_000)
    /// How long a callback is kept. As long as more than `registrationTime` of it is left, a further question about the user writes nothing.
    package static let keepTime: Duration = .seconds(1_200_000)
    /// Callbacks that are remembered in memory as kept.
    package static let knownMax = 100_000
    /// Users who are looked at again in one step.
    package static let judgedAtOnceMax = 500
    /// Notices that are sent at the same time.
    package static let sentAtOnceMax = 32
    package static let answerTime: Duration = .seconds(3)
    /// How often it is looked whether notices are due.
    package static let lookTime: Duration = .milliseconds(250)
    /// The pause after the first attempt that failed. It doubles with each further one.
    package static let pauseMin: Duration = .milliseconds(500)
    package static let pauseMax: Duration = .seconds(60)
}
