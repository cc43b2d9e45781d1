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
    static func main() { ServiceMain.run(PartnerMMSCommand.self, as: .partnerMMS) }
}

struct PartnerMMSCommand: AsyncParsableCommand {
    static let configuration = ServiceMain.configuration(
        "partner-mms", "The partner system's migration management server: translates identities and asks the primary system.")

    @OptionGroup var options: ServiceOptions

    @Option(help: ArgumentHelp("The SQLite file of the bindings; made if it is not there. (default: partner-mms.sqlite)", valueName: "FILE"))
    var database: String?

    func run() async throws {
        let configuration = try PartnerMMSConfiguration(options, database: database)
        let service = try Service(configuration.service, identity: .partnerMMS)
        let database = try service.openStore { (onFailure) throws(StoreFailure) in
            try Database.open(configuration.database, migrations: SQLiteBindingStore.migrations, onFailure: onFailure)
        }
        let bindings = CachedBindingStore(database: database, now: Timestamp.now)
        let callbacks = CallbackLedger(SQLiteCallbackStore(database, SQLiteBindingStore.callbackRules), now: Timestamp.now)
        do throws(StoreFailure) { try await callbacks.restore() } catch { throw ConfigurationError("database", error.reason) }
        let recognise: SystemRecognition = { [own = service.ownSystem] names in own(names) ?? callbacks.recognise(names) }
        let figure = PartnerFigure(service)
        let translator = IdentityTranslator(
            bindings: bindings, primary: figure.primary, now: Timestamp.now, onRecognised: figure.recognised, onTranslatedBack: figure.translatedBack,
            callbacks: callbacks)
        let answering = ObservedSource(
            OwnSystemOnly(translator, systemID: configuration.ownSystem, firstRecord: database.firstRecord), figure.answered)
        var signalling = service.signallingRouter(answering)
        service.addDeregistrations(to: &signalling, recognising: callbacks.recognise) { (notice, system) async throws(Problem) in
            try await AdminAnswer.asking(try await callbacks.shutOut(notice.impi, by: system, for: notice.reason))
        }
        let delivery = service.deliverCallbacks(of: callbacks)
        try await service.run(
            signalling: signalling, admin: AdminRoutes(bindings).router(asking: service.administrators), recognising: recognise,
            onReady: { service.nameCallback(in: callbacks, at: $0.listen) },
            onStop: {
                delivery.cancel()
                await database.close()
            })
    }
}
