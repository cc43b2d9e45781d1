package import Store

extension Service {
    /// Opens what the service's records lie in. From then on the service is ready only while that works, and ends once it has failed.
    ///
    ///     let database = try service.openStore { (onFailure) throws(StoreFailure) in
    ///         try Database.open(path, migrations: SQLiteBindingStore.migrations, onFailure: onFailure)
    ///     }
    ///
    /// - Parameter open: is given whom to tell when what it opens stops for good.
    /// - Throws: an error that names the flag `--database`.
    package func openStore<Engine: StoreEngine>(
        _ open: (_ onFailure: @escaping @Sendable (StoreFailure) -> Void) throws(StoreFailure) -> Engine
    ) throws(ConfigurationError) -> Engine {
        let engine: Engine
        do throws(StoreFailure) {
            engine = try open { [weak self] failure in self?.fail("the database: \(failure)") }
        } catch { throw ConfigurationError("database", error.reason) }
        addReadinessCheck("database") { engine.failure?.reason }
        metrics.gauge("mc_database_waiting_calls", help: "Calls that wait for the database thread.") { Double(engine.waitingCalls) }
        return engine
    }
}
