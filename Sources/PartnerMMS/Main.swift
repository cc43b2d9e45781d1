internal import ArgumentParser
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import Records
internal import ServiceKit
internal import Storage

@main enum Main {
    static func main() async { await ServiceMain.run(PartnerMMSCommand.self) }
}

struct PartnerMMSCommand: AsyncParsableCommand {
    static let configuration = ServiceMain.configuration(
        "partner-mms", "The partner system's migration management server: translates identities, and asks the primary system.")

    @OptionGroup var options: ServiceOptions

    @Option(help: ArgumentHelp("The SQLite file of the bindings; created where it is not.", valueName: "FILE"))
    var database: String?

    func run() async throws {
        let configuration = try PartnerMMSConfiguration(self)
        let service = try Service(configuration.service, identity: .partnerMMS)
        let database = try configuration.openDatabase(service)
        let bindings = SQLiteBindingStore(database: database, now: Timestamp.now)
        let translator = IdentityTranslator(
            bindings: bindings, primary: service.primaryMMS(_:), now: Timestamp.now,
            onRecognised: service.note(step: 3, "identities recognised"), onTranslatedBack: service.note(step: 8, "identities translated back"))
        let answering = ObservedSource(translator, service.answer(step: 9), service.failureLog)
        try await service.run(
            signalling: service.nhssRoutes(answering, callers: .ownSystem), admin: AdminRoutes(bindings).router, onStop: { await database.close() })
    }
}
