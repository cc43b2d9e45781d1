import SIP
import Testing

@testable import MCUE

/// A registration with its card, against a server that the test plays.
final class RegistrationLaboratory {
    private var registration: Registration
    private var card: Card
    /// The request that was sent last.
    private(set) var request: SIPRequest

    init(sqn: String = UELaboratory.sqnBefore, expiresSeconds: UInt32 = 600_000, contact: String? = nil) throws {
        let subscriber = try Subscriber(
            impi: UELaboratory.impi, impu: UELaboratory.impu, realm: nil, contact: contact, expiresSeconds: expiresSeconds)
        let identifiers = UELaboratory.identifiers()
        let dialog = RegisterDialog(
            subscriber, at: SIPEndpoint(host: .ipv4([127, 0, 0, 1]), port: 5062), over: .udp, trace: UELaboratory.trace, identifiers: identifiers)
        let registration = Registration(dialog, trace: UELaboratory.trace, identifiers: identifiers) { _ in }
        request = registration.firstRequest
        self.registration = registration
        card = try UELaboratory.card(sqn: sqn)
    }

    var report: RegistrationReport { registration.report }

    var credentials: DigestCredentials {
        get throws { try #require(try request.headers.authorizations().first) }
    }

    /// The server's response to the request that was sent last.
    func response(_ status: Int, _ headers: [SIPHeader] = []) throws -> SIPResponse {
        SIPResponse(status, answering: try #require(request.headFields), from: nil, toTag: Array("server".utf8), headers: headers)
    }

    /// Has the server answer.
    ///
    /// - Returns: whether another request follows.
    func answer(_ status: Int, _ headers: [SIPHeader] = []) throws -> Bool { take(try response(status, headers)) }

    func take(_ response: SIPResponse) -> Bool {
        guard case .send(let next) = registration.take(response, card: &card) else { return false }
        request = next
        return true
    }
}
