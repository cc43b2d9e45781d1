internal import AKA
internal import ArgumentParser
internal import Base
internal import Chain
internal import HTTPKit
internal import NhssHTTP
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
        let issuer = VectorIssuer(store: store, centre: centre, ownSystem: configuration.ownSystem, onEvent: IssuerMetrics(service.metrics).record)
        let answering = ObservedSource(OwnSystemOnly(issuer, systemID: configuration.ownSystem), configuration.answered.observer(service.flowEvents))
        try await service.run(
            signalling: service.signallingRouter(answering), admin: AdminRoutes(store, centre).router(asking: service.administrators),
            onStop: { await database.close() })
    }
}
