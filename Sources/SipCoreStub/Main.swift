internal import AKA
internal import ArgumentParser
internal import Base
internal import Callbacks
internal import Chain
internal import HTTPKit
internal import Logging
internal import Nhss
internal import NhssHTTP
internal import NhssSQLite
internal import SBI
internal import SIP
internal import SQLiteStore
internal import ServiceKit
internal import Store

@main enum Main {
    static func main() { ServiceMain.run(SipCoreStubCommand.self, as: .sipCoreStub) }
}

struct SipCoreStubCommand: AsyncParsableCommand {
    static let configuration = ServiceMain.configuration(
        "sip-core-stub", "A SIP core: registers UEs by IMS AKA with vectors that it asks for, and relays such questions of its own system.")

    @OptionGroup var options: ServiceOptions

    @Option(
        help: ArgumentHelp(
            "An address to take SIP at; repeatable. (default: udp and tcp at 127.0.0.1:5060)", valueName: "udp:HOST:PORT|tcp:HOST:PORT"))
    var sipListen: [String] = []

    @Option(
        help: ArgumentHelp(
            "The SQLite file of the registrations, made if it is not there; the word none keeps nothing over a restart. (default: none, needed)",
            valueName: "FILE|none"))
    var database: String?

    @Option(help: ArgumentHelp("The realm of challenges, the home domain of this system. (default: the --system-id)", valueName: "NAME"))
    var realm: String?

    @Option(help: ArgumentHelp("The SIP URI of this S-CSCF. (default: sip:scscf.REALM)", valueName: "URI"))
    var serverName: String?

    @Option(
        help: ArgumentHelp(
            "The server to ask for vectors: a migration management server or the SIP database. (default: http://127.0.0.1:8083)", valueName: "URL"))
    var authenticationSource: String?

    @Option(
        help: ArgumentHelp("The longest registration time that is granted; a UE may ask for a longer one. (default: 3600)", valueName: "SECONDS"))
    var expiresMax: String?

    @Option(
        help: ArgumentHelp(
            "How many challenges are made in the name of one user. (default: 4/32)", valueName: "PER_SECOND/BURST|off"))
    var userRate: String?

    private static let warningWhileNew =
        "the database of the registrations is new: registrations that were made before are not known, and their UEs have to register anew"

    func run() async throws {
        let configuration = try SipCoreConfiguration(self)
        let service = try Service(configuration.service, identity: .sipCoreStub)
        let figure = CoreFigure(service)
        let next = service.nextHop([configuration.authenticationSource])
        let database = try configuration.database.map { (path) throws(ConfigurationError) in
            try service.openStore(warningWhileNew: SipCoreStubCommand.warningWhileNew) { (onFailure) throws(StoreFailure) in
                try Database.open(path, migrations: SQLiteRegistrationStore.migrations, onFailure: onFailure)
            }
        }
        // What the relay asks is judged by the next hop alone.
        let kept = database.map { SQLiteCallbackStore($0, .none) }
        let callbacks = CallbackLedger(kept ?? InMemoryCallbackStore(), now: Timestamp.now)
        let registrar = try Registrar(
            home: configuration.home, limits: configuration.limits, source: figure.asking(service.countingFailures(of: next)),
            store: database.map { SQLiteRegistrationStore(database: $0, clock: ClockReading.now) } ?? InMemoryRegistrationStore(),
            clock: ClockReading.now, random: SpanNumbers.next, callback: { await callbacks.ownURI() }, observe: figure.record)
        do throws(StoreFailure) { try await registrar.restore() } catch { throw ConfigurationError("database", error.reason) }
        let sip = try await SIPServer.start(registrar, configuration, service)
        var signalling = service.signallingRouter(
            OwnSystemOnly(
                RelayCallbacks(next: figure.relaying(next), callbacks: callbacks, ownSystem: configuration.ownSystem),
                systemID: configuration.ownSystem))
        service.addDeregistrations(to: &signalling, recognising: service.ownSystem) { (notice, _) async throws(Problem) in
            figure.recordEnd(try await AdminAnswer.asking(try await registrar.shutOut(notice.impi, for: notice.reason)), notice.reason)
            try await AdminAnswer.asking(try await callbacks.shutOut(notice.impi, by: nil, for: notice.reason))
        }
        let delivery = service.deliverCallbacks(of: callbacks)
        JSONRegistration(registrar, home: configuration.home, limits: configuration.limits).add(to: &signalling)
        let sweeper = Task { await registrar.sweepRegularly() }
        try await service.run(
            signalling: signalling, admin: AdminRoutes(registrar).router(asking: service.administrators),
            readyMembers: [("sip", .array(sip.addresses.map { .string("\($0)") }))],
            onReady: { service.nameCallback(in: callbacks, at: $0.listen) },
            onDrain: {
                delivery.cancel()
                sweeper.cancel()
                await sip.server.drain(within: configuration.limits.drainTime)
            },
            onStop: { await database?.close() })
    }
}

extension SIPServer {
    /// Opens all listeners of the configuration.
    /// - Returns: the server, and the addresses with the ports that were bound.
    static func start(
        _ registrar: Registrar, _ configuration: SipCoreConfiguration, _ service: Service
    ) async throws(ConfigurationError) -> (server: SIPServer, addresses: [SIPListenAddress]) {
        let limits = configuration.limits
        let loop = service.group.first
        let translator = SIPTranslator(home: configuration.home, limits: limits, random: SpanNumbers.next, time: Timestamp.now)
        let logger = service.logger
        let engine = SIPEngine(on: loop, registrar: registrar, translator: translator, secret: .random(in: .min ... .max)) { refused in
            logger.info("SIP message refused", metadata: ["status": "\(refused.status ?? 0)", "reason": "\(refused.reason)"])
        }
        if logger.logLevel <= .debug {
            engine.onMessage = { bytes, isReceived in
                logger.debug(isReceived ? "SIP received" : "SIP sent", metadata: ["line": .string(SIPFirstLine.text(bytes))])
            }
        }
        service.metrics.gauge("mc_registration_subscriptions", help: "Subscriptions to registrations.") { Double(engine.subscriptionCount) }
        let server = SIPServer(on: loop, engine: engine, limits: limits)
        var addresses: [SIPListenAddress] = []
        for address in configuration.sipListen {
            do throws(SystemError) { addresses.append(try await server.listen(at: address)) } catch {
                throw ConfigurationError(SIPListenAddress.flag, "\(address): \(error)")
            }
        }
        return (server, addresses)
    }
}

extension Registrar {
    /// Sweeps again and again until the task is cancelled.
    func sweepRegularly() async {
        while !Task.isCancelled {
            await sweep()
            try? await Task.sleep(for: SipCoreLimits().sweepTime)
        }
    }
}
