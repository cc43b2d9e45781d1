package import Base
package import Nhss
package import Store

/// Keeps who is to be told when a user is shut out, until they have heard it or no registration can be left. A change is durable when its method
/// returns.
///
/// A notice ends everything that was answered before it was sent, and nothing that was answered later. Both hold because the store puts what comes
/// at the same time in an order: `keep` is refused while a notice to the same asker is under way (`take`), and where the next hop has shut the user
/// out since it was asked.
package protocol CallbackStore: Sendable {
    /// Whether it is certain, without waiting, that the callback is kept for as long as a registration that begins now.
    func isKept(_ callback: Callback, granting identities: GrantedIdentities, at now: Timestamp) -> Bool
    /// Keeps it for `CallbackLimits.keepTime`. What becomes of a notice that is due depends on why it is:
    /// - The next hop let the user in no more: it is not due any more, for the next hop has let the user in again.
    /// - The next hop has taken an identity away: it stays due until it is heard, for the answer does not give the identity back. A UE that the
    ///   notice reaches registers anew.
    /// - The records of this service do not let the user in: it stays due until `judge` finds that they do.
    ///
    /// - Parameters:
    ///   - identities: what the answer grants, besides what earlier answers have granted.
    ///   - isVoid: whether the next hop has shut the user out since it was asked. Told in the order in which the store does things.
    func keep(
        _ callback: Callback, granting identities: GrantedIdentities, at now: Timestamp, unless isVoid: @escaping @Sendable () -> Bool
    ) async throws(StoreFailure) -> KeepOutcome
    /// The next hop has shut the user out: the notices about them are due.
    /// - Parameter system: of the next hop; nil stands for any.
    func shutOut(_ nextImpi: IMPI, by system: SystemID?, for reason: DeregistrationReason, at now: Timestamp) async throws(StoreFailure)
    /// Looks again at users to whom something may have happened. The notices about those who are not allowed any more are due, those about others
    /// are not. Forgets what is kept no longer.
    func judge(at now: Timestamp) async throws(StoreFailure) -> CallbackJudgement
    /// Where notices are due.
    /// - Parameters:
    ///   - without: lanes to leave out.
    ///   - perAskerMax: so that no asker takes all the time there is.
    func lanes(at now: Timestamp, without: Set<CallbackLane>, perAskerMax: Int) async throws(StoreFailure) -> [CallbackLane]
    /// Takes the notices of a lane that are due, those first that have been due longest. They are under way until they are settled.
    func take(_ lane: CallbackLane, at now: Timestamp, limit: Int) async throws(StoreFailure) -> [DueCallback]
    /// To be called for all that were taken, whatever became of them.
    /// - Parameters:
    ///   - heard: are no longer due, and forgotten.
    ///   - later: are due again at their moments.
    func settle(heard: [Callback], later: [(callback: Callback, at: Timestamp)]) async throws(StoreFailure)
    /// The systems that shut users out, of all that is kept.
    func nextSystems() async throws(StoreFailure) -> [SystemID]
}

/// What a look at the users has shown.
package struct CallbackJudgement: Sendable, Equatable {
    /// Notices that have not been heard yet, up to `CallbackLimits.countedMax`.
    package var pending: Int
    /// Notices that were never heard, and whose time is over now.
    package var expired: Int
    /// Whether there are more users to look at.
    package var hasMore: Bool

    package init(pending: Int, expired: Int, hasMore: Bool) {
        self.pending = pending
        self.expired = expired
        self.hasMore = hasMore
    }
}
