internal import AKA
internal import ArgumentParser
internal import Base
internal import Chain
internal import HTTPKit
internal import Logging
internal import Nhss
internal import NhssHTTP
internal import SIP
internal import ServiceKit

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

    @Option(help: ArgumentHelp("The realm of challenges, the home domain of this system. (default: the --system-id)", valueName: "NAME"))
    var realm: String?

    @Option(help: ArgumentHelp("The SIP URI of this S-CSCF. (default: sip:scscf.REALM)", valueName: "URI"))
    var serverName: String?

    @Option(
        help: ArgumentHelp(
            "The server to ask for vectors: a migration management server or the SIP database. (default: http://127.0.0.1:8083)", valueName: "URL"))
    var authenticationSource: String?

    func run() async throws {
        let configuration = try SipCoreConfiguration(self)
        let service = try Service(configuration.service, identity: .sipCoreStub)
        let figure = CoreFigure(service)
        let next = service.nextHop([configuration.authenticationSource])
        let registrar = try Registrar(
            home: configuration.home, source: figure.asking(next), now: { .now }, random: SpanNumbers.next,
            observe: figure.record)
        let sip = try await SIPServer.start(registrar, configuration, service)
        var signalling = service.signallingRouter(OwnSystemOnly(figure.relaying(next), systemID: configuration.ownSystem))
        JSONRegistration(registrar, home: configuration.home).add(to: &signalling)
        let sweeper = Task { await registrar.sweepRegularly() }
        try await service.run(
            signalling: signalling, admin: AdminRoutes(registrar).router(asking: service.administrators),
            readyMembers: [("sip", .array(sip.addresses.map { .string("\($0)") }))],
            onDrain: {
                sweeper.cancel()
                await sip.server.drain(within: SipCoreLimits().drainTime)
            })
    }
}

extension SIPServer {
    /// Opens all listeners of the configuration.
    /// - Returns: the server, and the addresses with the ports that were bound.
    static func start(
        _ registrar: Registrar, _ configuration: SipCoreConfiguration, _ service: Service
    ) async throws(ConfigurationError) -> (server: SIPServer, addresses: [SIPListenAddress]) {
        let limits = SipCoreLimits()
        let loop = service.group.first
        let translator = SIPTranslator(home: configuration.home, limits: limits, random: SpanNumbers.next)
        let logger = service.logger
        let engine = SIPEngine(on: loop, registrar: registrar, translator: translator, secret: .random(in: .min ... .max)) { refused in
            logger.info("SIP message refused", metadata: ["status": "\(refused.status ?? 0)", "reason": "\(refused.reason)"])
        }
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
            sweep()
            try? await Task.sleep(for: SipCoreLimits().sweepTime)
        }
    }
}
