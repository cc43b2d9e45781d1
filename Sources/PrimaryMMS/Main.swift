internal import ArgumentParser
internal import Base
internal import Callbacks
internal import Chain
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import NhssSQLite
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

    @Option(
        help: ArgumentHelp(
            "How many vectors of one user each partner system gets. (default: 4/32)", valueName: "PER_SECOND/BURST|off"))
    var userRate: String?

    func run() async throws {
        let configuration = try PrimaryMMSConfiguration(self)
        let service = try Service(configuration.service, identity: .primaryMMS)
        let database = try service.openStore { (onFailure) throws(StoreFailure) in
            try Database.open(configuration.database, migrations: SQLiteAuthorisationStore.migrations, onFailure: onFailure)
        }
        let authorisations = CachedAuthorisationStore(database: database, now: Timestamp.now)
        let names = PartnerNames(authorisations)
        try await names.refresh()
        let callbacks = CallbackLedger(SQLiteCallbackStore(database, SQLiteAuthorisationStore.callbackRules), now: Timestamp.now)
        let recognise: SystemRecognition = { [own = service.ownSystem, firstRecord = database.firstRecord] certified in
            names.recognise(certified) ?? own(certified) ?? names.recognise(certified, before: firstRecord)
        }
        let status = AuthenticationStatusRecorder(store: authorisations)
        let figure = PrimaryFigure(service)
        let gate = MigrationGate(
            authorisations: authorisations, sipDatabase: figure.asking(service.nextHop([configuration.sipDatabase])),
            rate: VectorRateLimiter(userRate: configuration.userRate), status: status, firstRecord: database.firstRecord, now: Timestamp.now,
            callbacks: callbacks, ownSystem: configuration.ownSystem)
        let writer = Task { await status.writeRegularly() }
        var signalling = service.signallingRouter(figure.answering(gate), recognising: names.recognise)
        service.addDeregistrations(to: &signalling, recognising: service.ownSystem) { (notice, _) async throws(Problem) in
            try await AdminAnswer.asking(try await callbacks.shutOut(notice.impi, by: nil, for: notice.reason))
        }
        let delivery = service.deliverCallbacks(of: callbacks)
        try await service.run(
            signalling: signalling,
            admin: AdminRoutes(authorisations, names: names, status: status).router(asking: service.administrators), recognising: recognise,
            onReady: { service.nameCallback(in: callbacks, at: $0.listen) },
            onStop: {
                delivery.cancel()
                writer.cancel()
                try? await status.write()
                await database.close()
            })
    }
}
