/// What the records of a store lie in, such as an open database: as a service watches and closes it, without knowing which kind it is.
package protocol StoreEngine: Sendable {
    /// Why it has stopped for good; nil while it works.
    var failure: StoreFailure? { get }
    /// How many calls wait for it.
    var waitingCalls: Int { get }
    /// Whether it has ever held a record.
    var firstRecord: FirstRecord { get }
    var commitTimes: CommitTimes { get }
    /// Looks at what the records lie in. It takes as long as the disk takes, so it is called on a thread of its own and never on an event loop.
    func examine() -> StoreExamination
    /// Finishes what waits, then lets go. Every later call fails with `.unavailable`.
    func close() async
}
