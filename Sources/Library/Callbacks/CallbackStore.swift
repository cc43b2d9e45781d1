package import Base
package import Nhss
package import Store

/// Keeps who is to be told when a user is shut out, until they have heard it or no registration can be left. A change is durable when its method
/// returns.
package protocol CallbackStore: Sendable {
    /// Whether it is certain, without waiting, that the callback is kept for as long as a registration that begins now.
    func isKept(_ callback: Callback, at now: Timestamp) -> Bool
    /// Keeps it for `CallbackLimits.keepTime`. A notice that was due is not any more: the user has been let in again.
    func keep(_ callback: Callback, at now: Timestamp) async throws(StoreFailure)
    /// The next hop has shut the user out: the notices about them are due.
    /// - Parameter system: of the next hop; nil stands for any.
    func shutOut(_ nextImpi: IMPI, by system: SystemID?, at now: Timestamp) async throws(StoreFailure)
    /// Looks again at users to whom something may have happened. The notices about those who are not allowed any more are due.
    func judge(at now: Timestamp) async throws(StoreFailure)
    func due(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [DueCallback]
    /// - Parameters:
    ///   - heard: are no longer due, and forgotten.
    ///   - later: are due again at their moments.
    func settle(heard: [Callback], later: [(callback: Callback, at: Timestamp)]) async throws(StoreFailure)
    /// The systems that shut users out, of all that is kept.
    func nextSystems() async throws(StoreFailure) -> [SystemID]
}
