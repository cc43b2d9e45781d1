internal import AKA
internal import Base
internal import SIP

/// Whether credentials are the right answer to a challenge (RFC 3310 §3, RFC 7616 §3.4).
struct ResponseChecker: ~Copyable, Sendable {
    private let home: HomeDomain
    private var digest: DigestAKA

    init(home: HomeDomain) throws(AKAError) {
        self.home = home
        digest = try DigestAKA()
    }

    /// - Parameter requestURI: of the REGISTER the credentials came in.
    /// - Throws: `.wrongResponse`; `.internalFailure` when the digest cannot be computed.
    mutating func check(_ credentials: DigestCredentials, password: DigestAKA.Password, requestURI: [UInt8]) throws(Refusal) {
        guard credentials.realm.equalsIgnoringCase(home.realm) else { throw Refusal(.wrongResponse, "the realm is not ours") }
        guard let algorithm = credentials.algorithm, algorithm.equalsIgnoringCase(DigestTerms.algorithm) else {
            throw Refusal(.wrongResponse, "the algorithm is not the one of the challenge")
        }
        guard isOurs(credentials.uri, requestURI) else { throw Refusal(.wrongResponse, "the digest is for another URI") }
        // RFC 3261 §22.4 item 8: offered qop, a client must use it. A nonce is good for one request, so that is its first.
        guard let qop = credentials.qop, qop.equalsIgnoringCase(DigestTerms.qop), let cnonce = credentials.cnonce,
            credentials.nonceCount == DigestTerms.firstNonceCount
        else { throw Refusal(.wrongResponse, "qop, cnonce or nc is not as it must be") }
        let request = DigestRequest(
            username: credentials.username[...], realm: credentials.realm[...], nonce: credentials.nonce[...], method: SIPMethod.register.bytes[...],
            uri: credentials.uri[...], protection: .authentication(nc: DigestTerms.firstNonceCount[...], cnonce: cnonce[...]))
        let isRight: Bool
        do throws(AKAError) { isRight = try digest.verify(response: credentials.response, to: request, password: password) } catch {
            throw Refusal(.internalFailure, error.description)
        }
        guard isRight else { throw Refusal(.wrongResponse, "the response does not match") }
    }

    /// The very Request-URI, or one of our domain: user agents differ in which they sign.
    private func isOurs(_ uri: [UInt8], _ requestURI: [UInt8]) -> Bool {
        if uri == requestURI { return true }
        guard let parsed = try? SIPURI(uri) else { return false }
        return home.contains(parsed)
    }
}
