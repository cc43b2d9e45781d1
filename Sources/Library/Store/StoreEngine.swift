/// What the records of a store lie in, such as an open database: as a service watches and closes it, without knowing which kind it is.
package protocol StoreEngine: Sendable {
    /// Why it has stopped for good; nil while it works.
    var failure: StoreFailure? { get }
    /// How many calls wait for it.
    var waitingCalls: Int { get }
    /// Finishes what waits, then lets go. Every later call fails with `.unavailable`.
    func close() async
}
