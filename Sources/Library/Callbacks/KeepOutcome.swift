/// What became of a callback that was to be kept. Only where it is kept may the answer be passed on.
package enum KeepOutcome: Sendable, Equatable {
    case kept
    /// The next hop has shut the user out while it was being asked: nobody knows whether its answer is from before or after.
    case void
    /// The asker is being told this moment that the user is shut out: an answer that came there before the notice would be ended by it.
    case noticeUnderWay
}
