internal import ArgumentParser
internal import Base
internal import Chain
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import SQLiteStore
internal import ServiceKit
internal import Store

@main enum Main {
    static func main() { ServiceMain.run(PrimaryMMSCommand.self, as: .primaryMMS) }
}

struct PrimaryMMSCommand: AsyncParsableCommand {
    static let configuration = ServiceMain.configuration(
        "primary-mms", "The primary system's migration management server: decides who may migrate where, and asks the SIP database.")

    @OptionGroup var options: ServiceOptions

    @Option(help: ArgumentHelp("The SQLite file of the authorisations; made if it is not there. (default: primary-mms.sqlite)", valueName: "FILE"))
    var database: String?

    @Option(help: ArgumentHelp("The SIP database, or the SIP core that leads to it. (default: http://127.0.0.1:8081)", valueName: "URL"))
    var sipDatabase: String?

    func run() async throws {
        let configuration = try PrimaryMMSConfiguration(options, database: database, sipDatabase: sipDatabase)
        let service = try Service(configuration.service, identity: .primaryMMS)
        let database = try service.openStore { (onFailure) throws(StoreFailure) in
            try Database.open(configuration.database, migrations: SQLiteAuthorisationStore.migrations, onFailure: onFailure)
        }
        let authorisations = CachedAuthorisationStore(database: database, now: Timestamp.now)
        let names = PartnerNames(authorisations)
        try await names.refresh()
        let status = AuthenticationStatusRecorder(store: authorisations)
        let figure = PrimaryFigure(service)
        let gate = MigrationGate(
            authorisations: authorisations, sipDatabase: figure.asking(service.nextHop([configuration.sipDatabase])), rate: VectorRateLimiter(),
            status: status, now: Timestamp.now)
        let writer = Task { await status.writeRegularly() }
        try await service.run(
            signalling: service.signallingRouter(figure.answering(gate), recognising: names.recognise),
            admin: AdminRoutes(authorisations, names: names, status: status).router(asking: service.administrators), recognising: names.recognise,
            onStop: {
                writer.cancel()
                try? await status.write()
                await database.close()
            })
    }
}
