package import SQLiteStore
package import ServiceKit

extension Service {
    /// Opens the service's database; the service is not ready, and ends, once a commit has failed.
    /// - Throws: an error that names the flag `--database`.
    package func openDatabase(_ path: String, migrations: [Migration], limits: DatabaseLimits = .standard) throws(ConfigurationError) -> Database {
        let database: Database
        do throws(SQLiteError) {
            database = try Database(path: path, migrations: migrations, limits: limits) { [weak self] error in self?.fail("the database: \(error)") }
        } catch { throw ConfigurationError("database", error.reason) }
        addReadinessCheck("database") { database.failure?.reason }
        metrics.gauge("mc_database_waiting_calls", help: "Calls that wait for the database thread.") { Double(database.waitingCalls) }
        return database
    }
}
