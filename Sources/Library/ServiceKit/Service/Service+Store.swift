internal import Logging
package import Store

extension Service {
    /// Opens what the service's records lie in. From then on the service is ready only while that works, and ends once it has failed.
    ///
    ///     let database = try service.openStore { (onFailure) throws(StoreFailure) in
    ///         try Database.open(path, migrations: SQLiteBindingStore.migrations, onFailure: onFailure)
    ///     }
    ///
    /// - Parameters:
    ///   - warning: what an operator is told while the store has never held a record.
    ///   - open: is given whom to tell when what it opens stops for good.
    /// - Throws: an error that names the flag `--database`.
    package func openStore<Engine: StoreEngine>(
        warningWhileNew warning: String = Service.warningWhileNew,
        _ open: (_ onFailure: @escaping @Sendable (StoreFailure) -> Void) throws(StoreFailure) -> Engine
    ) throws(ConfigurationError) -> Engine {
        let engine: Engine
        do throws(StoreFailure) {
            engine = try open { [weak self] failure in self?.fail("the database: \(failure)") }
        } catch { throw ConfigurationError("database", error.reason) }
        let stored = StoreWatch({ engine.examine() }, logger: logger)
        watch.add(every: ServiceLimits.storeLookTime) { stored.look() }
        addReadinessCheck("database") { engine.failure?.reason ?? stored.examination.recordsFailure }
        addReadinessCheck("disk") { [watch] in watch.stall ?? stored.examination.diskFailure }
        warnWhileNew(engine.firstRecord, warning)
        addMetrics(engine, stored)
        return engine
    }

    /// Of a store whose records operators write.
    package static let warningWhileNew = "the database is new and empty: questions are answered with 503 until it holds its first record"

    private func warnWhileNew(_ firstRecord: FirstRecord, _ warning: String) {
        if firstRecord.isMissing { logger.warning("\(warning)") }
        addReadinessCheck("records", { nil }, warning: { firstRecord.isMissing ? warning : nil })
    }

    private func addMetrics(_ engine: some StoreEngine, _ stored: StoreWatch) {
        metrics.gauge("mc_database_waiting_calls", help: "Calls that wait for the database thread.") { Double(engine.waitingCalls) }
        metrics.readCounter("mc_database_commits_total", help: "Commits.") { Double(engine.commitTimes.count) }
        metrics.readCounter("mc_database_commit_seconds_total", help: "The time that all commits took, nearly all of it for the sync.") {
            engine.commitTimes.seconds
        }
        metrics.gauge("mc_database_sync_seconds", help: "How long the latest trial write to the disk of the database took, with its sync.") {
            stored.examination.syncTime.map { $0 / .seconds(1) } ?? .nan
        }
        metrics.gauge("mc_database_log_bytes", help: "The size of the write-ahead log.") { Service.number(stored.examination.logBytes) }
        metrics.gauge("mc_database_free_bytes", help: "The space that is left on the disk of the database.") {
            Service.number(stored.examination.freeBytes)
        }
    }

    private static func number(_ bytes: Int64?) -> Double { bytes.map { Double($0) } ?? .nan }
}
