import AKA
import Base
import Nhss
import SIP
import ServiceKit
import Synchronization
import Vectors

@testable import SipCoreStub

/// A registrar, the home database behind it, and the card of one user.
final class RegistrarLaboratory: Sendable {
    final class Clock: Sendable {
        private let instant = Guarded(Instant.now)
        private let start = ClockReading.now()
        var now: Instant { instant.withLock { $0 } }
        var reading: ClockReading { ClockReading(instant: now, timestamp: start.timestamp(of: now)) }
        func advance(_ time: Duration) { instant.withLock { $0 = $0 + time } }
    }

    let user: UserIdentities
    let home: CardHome
    /// What the registrar asks; it leads to `home`.
    let source: HeldSource
    let registrar: Registrar
    let clock = Clock()
    private let domain: HomeDomain
    private let window: Guarded<SequenceNumberWindow>
    private let key: MilenageKey
    private let cSeq = Atomic<UInt32>(0)

    init(
        cardSQN: UInt64 = 0, heedsResynchronisation: Bool = true, limits: SipCoreLimits = SipCoreLimits(),
        store: any RegistrationStore = InMemoryRegistrationStore()
    ) throws {
        user = UserIdentities(impi: try IMPI("visitor1@partner.example"), impu: try IMPU("sip:visitor1@partner.example"))
        key = MilenageKey(k: try K(hex: "465b5ce8b199b49faa5f0a2ee238a6bc"), opc: try OPc(hex: "cd63cb71954a9f4e48a5994e37a02baf"))
        home = try CardHome(key, heedsResynchronisation: heedsResynchronisation)
        window = Guarded(SequenceNumberWindow(lastAccepted: try SQN(cardSQN)))
        struct NoDomain: Error {}
        guard let domain = HomeDomain(realm: "partner.example", serverName: "sip:scscf.partner.example") else { throw NoDomain() }
        self.domain = domain
        source = HeldSource(home)
        registrar = try Registrar(
            home: domain, limits: limits, source: source, store: store, clock: { [clock] in clock.reading }, random: { .random(in: .min ... .max) })
    }

    /// - Parameter endpoint: where the request comes from, as address and port.
    func request(callID: String = "call@ue", from endpoint: String? = nil) -> UERequest {
        let contact = (try? SIPURI("sip:visitor1@127.0.0.1:5062")).map { [SIPContact(SIPAddress($0))] } ?? []
        let uri = endpoint.flatMap { try? SIPURI("sip:\($0)") }
        let flow = uri?.host.map { SIPEndpoint(host: $0, port: uri?.port ?? 0) }
        return UERequest(
            user: user, source: flow.map { SourceAddress($0.host) }, flow: flow, callID: Array(callID.utf8),
            cSeq: cSeq.wrappingAdd(1, ordering: .relaxed).newValue, contacts: .list(contact),
            expires: 600, path: [], credentials: nil, requestURI: domain.registerURI, trace: nil)
    }

    func challenge(callID: String = "call@ue", from endpoint: String? = nil) async throws -> IssuedChallenge {
        struct NoChallenge: Error { let status: Int }
        let answer = await registrar.register(request(callID: callID, from: endpoint))
        guard case .challenged(let challenge) = answer.outcome else { throw NoChallenge(status: answer.status) }
        return challenge
    }

    func answer(
        to challenge: IssuedChallenge, from endpoint: String? = nil, changing change: (inout DigestCredentials) -> Void = { _ in }
    ) async -> UEAnswer {
        var request = response(to: challenge, from: endpoint)
        if var credentials = request.credentials {
            change(&credentials)
            request.credentials = credentials
        }
        return await registrar.register(request)
    }

    /// A request in the name of the user from somebody who has neither the card nor, but for the one case, seen the challenge.
    func intruding(_ intrusion: RegistrarTests.Intrusion, _ challenge: IssuedChallenge) -> UERequest {
        var request = request()
        var credentials = DigestCredentials(
            username: user.impi.bytes, realm: domain.realm, nonce: Array("aW52ZW50ZWQ=".utf8), uri: domain.registerURI,
            response: Array("0123456789abcdef0123456789abcdef".utf8))
        switch intrusion {
        case .otherCallID, .otherCallIDAndInventedNonce: request.callID = Array("other".utf8)
        case .noCallIDAndInventedNonce: request.callID = nil
        case .otherCallIDAndRightNonce:
            request.callID = Array("other".utf8)
            credentials.nonce = challenge.nonce
        case .inventedNonceAndAUTS: credentials.auts = Array("AAAAAAAAAAAAAAAAAAA=".utf8)
        case .sameCallID, .sameCallIDAndInventedNonce: break
        }
        if intrusion != .otherCallID, intrusion != .sameCallID { request.credentials = credentials }
        return request
    }

    /// The request of the UE that answers a challenge.
    func response(to challenge: IssuedChallenge, from endpoint: String? = nil) -> UERequest {
        var request = request(from: endpoint)
        request.callID = challenge.callID
        request.credentials = try? credentials(challenge)
        return request
    }

    private func credentials(_ challenge: IssuedChallenge) throws -> DigestCredentials {
        var credentials = DigestCredentials(username: user.impi.bytes, realm: domain.realm, nonce: challenge.nonce, uri: domain.registerURI)
        credentials.algorithm = DigestTerms.algorithm
        credentials.qop = DigestTerms.qop
        credentials.nonceCount = DigestTerms.firstNonceCount
        credentials.cnonce = Array("0a4f113b".utf8)
        let nonce = try AKANonce(parsing: challenge.nonce)
        let password: DigestAKA.Password
        switch try authenticate(nonce) {
        case .success(let res, _, _): password = .res(res.secret)
        case .synchronisationFailure(let auts):
            credentials.auts = Array(auts.base64.utf8)
            password = .empty
        case .macFailure: return credentials
        }
        var digest = try DigestAKA()
        credentials.response = try digest.response(
            to: DigestRequest(
                username: credentials.username[...], realm: credentials.realm[...], nonce: credentials.nonce[...],
                method: Array("REGISTER".utf8)[...],
                uri: credentials.uri[...], protection: .authentication(nc: DigestTerms.firstNonceCount[...], cnonce: Array("0a4f113b".utf8)[...])),
            password: password)
        return credentials
    }

    private func authenticate(_ nonce: AKANonce) throws -> ISIM.Outcome {
        var card = try ISIM(key: .milenage(key), window: window.withLock { $0 })
        let outcome = try card.authenticate(rand: nonce.rand, autn: nonce.autn)
        let after = card.window
        window.withLock { $0 = after }
        return outcome
    }
}
