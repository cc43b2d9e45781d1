internal import AKA
internal import ArgumentParser
internal import Base
internal import Callbacks
internal import Chain
internal import HTTPKit
internal import NhssHTTP
internal import NhssSQLite
internal import SQLiteStore
internal import ServiceKit
internal import Store

@main enum Main {
    static func main() { ServiceMain.run(AuthDBCommand.self, as: .authDB) }
}

struct AuthDBCommand: AsyncParsableCommand {
    static let configuration = ServiceMain.configuration("authdb", "The primary system's SIP database: issues authentication vectors.")

    @OptionGroup var options: ServiceOptions

    @Option(
        help: ArgumentHelp(
            "The SQLite file of the subscribers and their keys; made, for its owner alone, if it is not there. (default: authdb.sqlite)",
            valueName: "FILE"))
    var database: String?

    @Option(help: ArgumentHelp("How many requests may share a commit, 1 to 256. (default: 256)", valueName: "COUNT"))
    var commitBatchMax: String?

    func run() async throws {
        let configuration = try AuthDBConfiguration(options, database: database, commitBatchMax: commitBatchMax)
        let service = try Service(configuration.service, identity: .authDB)
        let database = try service.openStore { (onFailure) throws(StoreFailure) in
            try Database.open(
                configuration.database, migrations: SQLiteSubscriberStore.migrations, limits: configuration.databaseLimits, onFailure: onFailure)
        }
        let store = SQLiteSubscriberStore(database: database, now: Timestamp.now, known: KnownSubscribers())
        let centre = try AuthenticationCentre(random: SystemRandom())
        let (metrics, log) = (IssuerMetrics(service.metrics), IssuerLog(logger: service.logger))
        let onEvent: @Sendable (VectorIssuer.Event) -> Void = { event in
            metrics.record(event)
            log.record(event)
        }
        let callbacks = CallbackLedger(SQLiteCallbackStore(database, SQLiteSubscriberStore.callbackRules), now: Timestamp.now)
        let issuer = VectorIssuer(
            store: store, centre: centre, ownSystem: configuration.ownSystem, onEvent: onEvent, callbacks: callbacks)
        let delivery = service.deliverCallbacks(of: callbacks)
        let answering = ObservedSource(
            OwnSystemOnly(issuer, systemID: configuration.ownSystem, firstRecord: database.firstRecord),
            configuration.answered.observer(service.flowEvents))
        try await service.run(
            signalling: service.signallingRouter(answering),
            admin: AdminRoutes(store, centre, onEvent: onEvent).router(asking: service.administrators),
            onStop: {
                delivery.cancel()
                await database.close()
            })
    }
}
