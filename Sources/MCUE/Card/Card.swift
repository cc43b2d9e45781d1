internal import AKA
internal import Base
internal import SIP
internal import Vectors

/// The card of a UE: answers challenges of Digest AKA with a software ISIM.
struct Card: ~Copyable {
    enum Verdict: Sendable, Equatable {
        /// The network holds K. The credentials prove the user.
        case authentic
        /// The network holds K, and the SQN is not fresh. The credentials carry AUTS.
        case notSynchronised
        /// The sender of the challenge does not hold K. The credentials carry an empty response.
        case networkNotAuthentic
    }

    struct Answer: Sendable, Equatable {
        let verdict: Verdict
        let credentials: DigestCredentials
    }

    private var isim: ISIM
    private var digest: DigestAKA

    private init(_ isim: consuming ISIM, _ digest: consuming DigestAKA) {
        self.isim = isim
        self.digest = digest
    }

    /// - Throws: `.engineFailed`.
    static func made(from file: ISIMFile) throws(UEError) -> Card {
        do throws(AKAError) {
            let key = KeyMaterial.milenage(MilenageKey(k: file.k, opc: try opc(of: file)))
            return Card(try ISIM(key: key, window: SequenceNumberWindow(lastAccepted: file.sqn)), try DigestAKA())
        } catch { throw UEError(.engineFailed, error.reason) }
    }

    private static func opc(of file: ISIMFile) throws(AKAError) -> OPc {
        switch file.variant {
        case .opc(let opc): return opc
        case .op(let op):
            var milenage = try Milenage()
            return try milenage.opc(k: file.k, op: op)
        }
    }

    /// The highest SQN that was accepted: the next run must refuse it.
    var highestSQN: SQN { isim.window.highest }

    /// Answers a challenge that `ResponseCheck.challenge` has chosen.
    ///
    /// - Parameter cnonce: the client's nonce, used where the challenge offers a `qop`.
    /// - Throws: `.serverFault` for a nonce without RAND and AUTN, `.engineFailed`.
    ///
    /// Source: RFC 3310 §3, TS 24.229 §5.1.1.5.1 and §5.1.1.5.3.
    mutating func answer(
        _ challenge: DigestChallenge, impi: [UInt8], method: [UInt8], uri: [UInt8], cnonce: [UInt8]
    ) throws(UEError) -> Answer {
        let nonce: AKANonce
        do throws(MalformedOctets) { nonce = try AKANonce(parsing: challenge.nonce) } catch { throw UEError(.serverFault, error.reason) }
        var credentials = DigestCredentials(username: impi, realm: challenge.realm, nonce: challenge.nonce, uri: uri)
        credentials.algorithm = challenge.algorithm
        credentials.opaque = challenge.opaque
        let protection = try protect(&credentials, challenge.qop, cnonce)
        let request = DigestRequest(
            username: impi[...], realm: challenge.realm[...], nonce: challenge.nonce[...], method: method[...], uri: uri[...], protection: protection)
        do throws(AKAError) {
            switch try isim.authenticate(rand: nonce.rand, autn: nonce.autn) {
            case .success(let res, _, _):
                credentials.response = try digest.response(to: request, password: .res(res.secret))
                return Answer(verdict: .authentic, credentials: credentials)
            case .synchronisationFailure(let auts):
                credentials.response = try digest.response(to: request, password: .empty)
                credentials.auts = Array(auts.base64.utf8)
                return Answer(verdict: .notSynchronised, credentials: credentials)
            case .macFailure:
                return Answer(verdict: .networkNotAuthentic, credentials: credentials)
            }
        } catch { throw UEError(.engineFailed, error.reason) }
    }

    /// Chooses `auth` among the `qop` values offered, and `auth-int` where it is the only one: the body of a REGISTER is empty.
    private func protect(_ credentials: inout DigestCredentials, _ offered: [[UInt8]], _ cnonce: [UInt8]) throws(UEError) -> DigestRequest.Protection
    {
        guard !offered.isEmpty else { return .none }
        // An AKA nonce is used once, so this is always its first use.
        let nc = Array("00000001".utf8)
        credentials.nonceCount = nc
        credentials.cnonce = cnonce
        if let auth = offered.first(where: { $0.equalsIgnoringCase("auth") }) {
            credentials.qop = auth
            return .authentication(nc: nc[...], cnonce: cnonce[...])
        }
        if let integrity = offered.first(where: { $0.equalsIgnoringCase("auth-int") }) {
            credentials.qop = integrity
            return .integrity(nc: nc[...], cnonce: cnonce[...], body: [])
        }
        throw UEError(.serverFault, "the challenge offers no qop that is known")
    }
}
