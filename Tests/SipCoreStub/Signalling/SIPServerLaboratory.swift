import Base
import HTTPKit
import SIP

@testable import SipCoreStub

/// A SIP server on one loop, with a registrar, the home database behind it and the card of one user.
final class SIPServerLaboratory: Sendable {
    let core: RegistrarLaboratory
    let server: SIPServer
    private let group: EventLoopGroup

    init(_ limits: SipCoreLimits = SipCoreLimits()) throws {
        core = try RegistrarLaboratory(limits: limits)
        group = try EventLoopGroup(loopCount: 1)
        struct NoDomain: Error {}
        guard let home = HomeDomain(realm: "partner.example", serverName: "sip:scscf.partner.example") else { throw NoDomain() }
        let translator = SIPTranslator(home: home, limits: limits, random: { .random(in: .min ... .max) }, time: Timestamp.now)
        let engine = SIPEngine(on: group.first, registrar: core.registrar, translator: translator, secret: 7)
        server = SIPServer(on: group.first, engine: engine, limits: limits)
    }

    deinit { group.shutDown() }

    /// Limits without a bound for the attempts of one user.
    static var unboundedUser: SipCoreLimits {
        var limits = SipCoreLimits()
        limits.userRate = nil
        return limits
    }

    /// - Returns: the port.
    func listen(_ address: String) async throws -> UInt16 { try await server.listen(at: SIPListenAddress(parsing: address)).address.port }

    /// Runs something on the loop of the server.
    func onLoop<Result: Sendable>(_ body: @escaping @Sendable (SIPServer) -> Result) async -> Result {
        await Task(executorPreference: group.first) { [server] in body(server) }.value
    }

    /// A REGISTER of the user.
    /// - Parameters:
    ///   - via: the topmost Via after `SIP/2.0/`.
    ///   - lines: more header lines, each with its CRLF.
    static func register(_ via: String, callID: String = "call@ue", cSeq: Int = 1, _ lines: String = "") -> String {
        """
        REGISTER sip:partner.example SIP/2.0\r
        Via: SIP/2.0/\(via)\r
        From: <sip:visitor1@partner.example>;tag=1\r
        To: <sip:visitor1@partner.example>\r
        Call-ID: \(callID)\r
        CSeq: \(cSeq) REGISTER\r
        Contact: <sip:visitor1@127.0.0.1:5062>\r
        \(lines)Content-Length: 0\r
        \r

        """
    }

    /// Registers the user over a connection.
    /// - Parameters:
    ///   - contact: in place of the usual one, with its parameters.
    ///   - more: header lines, each with its CRLF.
    /// - Returns: the last response.
    func registerUser(
        over socket: UESocket, callID: String, contact: String? = nil, expires: Int = 600, via: String = "TCP 127.0.0.1:5062", _ more: String = ""
    ) throws -> String {
        func register(_ via: String, cSeq: Int, _ lines: String = "") -> String {
            let text = Self.register(via, callID: callID, cSeq: cSeq, "Expires: \(expires)\r\n" + more + lines)
            return contact.map { text.replacing("<sip:visitor1@127.0.0.1:5062>", with: $0) } ?? text
        }
        let via = "\(via);branch=z9hG4bK\(callID)"
        socket.send(register(via + "a", cSeq: 1))
        let challenge = try socket.receive() ?? ""
        let nonce = challenge.components(after: "nonce=\"", until: "\"")
        let answer = core.response(to: IssuedChallenge(nonce: Array(nonce.utf8), callID: Array(callID.utf8)))
        let credentials = String(decoding: answer.credentials?.bytes ?? [], as: UTF8.self)
        socket.send(register(via + "b", cSeq: 2, "Authorization: \(credentials)\r\n"))
        return try socket.receive() ?? ""
    }
}

extension String {
    /// The text between two others; empty where they are not there.
    func components(after start: String, until end: String) -> String {
        guard let first = firstRange(of: start) else { return "" }
        let rest = self[first.upperBound...]
        return String(rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)])
    }
}
