internal import AKA
internal import ArgumentParser
internal import Hops
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import ServiceKit
internal import SIP

@main enum Main {
    static func main() { ServiceMain.run(SipCoreStubCommand.self) }
}

struct SipCoreStubCommand: AsyncParsableCommand {
    static let configuration = ServiceMain.configuration(
        "sip-core-stub", "A SIP core: registers UEs by IMS AKA with vectors it asks for, and relays that question for others.")

    @OptionGroup var options: ServiceOptions

    @Option(help: ArgumentHelp("Where to take SIP; repeatable (default udp and tcp at 127.0.0.1:5060).", valueName: "udp:HOST:PORT|tcp:HOST:PORT"))
    var sipListen: [String] = []

    @Option(help: ArgumentHelp("The realm of challenges: this system's home domain.", valueName: "NAME"))
    var realm: String?

    @Option(help: ArgumentHelp("The SIP URI of this S-CSCF.", valueName: "URI"))
    var serverName: String?

    @Option(help: ArgumentHelp("Where vectors come from: a migration management server or the SIP database.", valueName: "URL"))
    var authenticationSource: String?

    func run() async throws {
        let configuration = try SipCoreConfiguration(self)
        let service = try Service(configuration.service, identity: .sipCoreStub)
        let figure = CoreFigure(service)
        let next = service.nextHop([configuration.authenticationSource])
        let registrar = try Registrar(
            home: configuration.home, source: figure.asking(next), now: { Moment(instant: .now, wallTime: .now()) }, random: Hop.random,
            observe: figure.record)
        let loop = service.group.first
        let registration = SIPRegistration(home: configuration.home, limits: SipCoreLimits(), random: Hop.random)
        let engine = SIPEngine(on: loop, registrar: registrar, registration: registration, secret: Hop.random())
        let sip = SIPServer(on: loop, engine: engine, limits: SipCoreLimits())
        var bound: [JSONValue] = []
        for address in configuration.sipListen {
            bound.append(.string("\(try await sip.listen(at: address))"))
        }
        let relay = OwnSystemOnly(figure.relaying(next), systemID: configuration.ownSystem)
        try await service.run(
            signalling: service.signallingRouter(relay), admin: Router(), readyMembers: [("sip", .array(bound))],
            onDrain: { await sip.drain(within: .seconds(3)) })
    }
}
