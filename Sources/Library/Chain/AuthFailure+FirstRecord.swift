package import Nhss
package import Store

extension AuthFailure {
    /// Refuses to answer from a store that has never held a record: its file may have been moved away, and a UE would take "unknown" as final.
    ///
    /// - Throws: `.congested`, so that the question is asked again.
    package static func checkHoldsRecords(_ firstRecord: FirstRecord) throws(AuthFailure) {
        guard firstRecord.isMissing else { return }
        throw AuthFailure(.congested, "the database is new and holds no record yet", retryAfter: ChainLimits.emptyStoreRetryTime)
    }
}
