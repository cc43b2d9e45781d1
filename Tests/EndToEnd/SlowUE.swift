import Base
import HTTPKit
import SIP

@testable import MCUE

/// The UE of the laboratory's user, which takes 100 ms for each request, as a real card does.
struct SlowUE {
    private static let time: Duration = .milliseconds(100)
    let loop: EventLoop
    /// `udp:HOST:PORT` or `tcp:HOST:PORT`.
    let server: String

    func register() async throws -> RegistrationReport {
        let address = try ServerAddress(server)
        let link = SignallingLink(on: loop, addresses: try AddressPair.all(of: address), transport: address.transport)
        let local = try await link.open()
        guard let host = SIPHost(address: local.host.utf8) else { throw ServiceProcess.Failure(reason: "\(local) is no address") }
        let subscriber = try Subscriber(
            impi: ChainLaboratory.away, impu: "sip:\(ChainLaboratory.away)", realm: nil, contact: nil, expiresSeconds: 600)
        let isim = #"{"k":"\#(ChainLaboratory.k)","opc":"\#(ChainLaboratory.opc)","amf":"8000","sqn":"000000000000"}"#
        var card = try Card.made(from: try ISIMFile(SecretOctets(Array(isim.utf8))))
        let identifiers = RandomIdentifiers.system
        let trace = String(decoding: identifiers.short() + identifiers.short(), as: UTF8.self)
        let dialog = RegisterDialog(
            subscriber, at: SIPEndpoint(host: host, port: local.port), over: address.transport, trace: trace, identifiers: identifiers)
        var registration = Registration(dialog, trace: trace, identifiers: identifiers) { _ in }
        var next = Registration.Next.send(registration.firstRequest)
        while case .send(let request) = next {
            try await Task.sleep(for: SlowUE.time)
            let branch = request.topVia?.branch ?? []
            let response = try await link.exchange(try SIPWriter.bytes(of: request), branch: branch, within: .seconds(10))
            next = registration.take(response, card: &card)
        }
        await link.close()
        return registration.report
    }
}
