internal import AKA
internal import Base
internal import SIP

/// Checks whether credentials are the right answer to a challenge (RFC 3310 §3, RFC 7616 §3.4).
struct ResponseChecker: ~Copyable, Sendable {
    private let home: HomeDomain
    private var digest: DigestAKA

    init(home: HomeDomain) throws(AKAError) {
        self.home = home
        digest = try DigestAKA()
    }

    /// - Parameter requestURI: the Request-URI of the REGISTER that the credentials came in.
    /// - Throws: `.wrongResponse`; `.internalFailure` when the digest cannot be computed.
    mutating func check(_ credentials: DigestCredentials, password: DigestAKA.Password, requestURI: [UInt8]) throws(Refusal) {
        guard credentials.realm.equalsIgnoringCase(home.realm) else { throw Refusal(.wrongResponse, "the realm is another one") }
        guard let algorithm = credentials.algorithm, algorithm.equalsIgnoringCase(DigestTerms.algorithm) else {
            throw Refusal(.wrongResponse, "the algorithm is not that of the challenge")
        }
        guard isOurs(credentials.uri, requestURI) else { throw Refusal(.wrongResponse, "the digest is for another URI") }
        // RFC 3261 §22.4 item 8: a client that is offered qop must use it. A nonce serves one request, so that nc is always 1.
        guard let qop = credentials.qop, qop.equalsIgnoringCase(DigestTerms.qop), let cnonce = credentials.cnonce,
            credentials.nonceCount == DigestTerms.firstNonceCount
        else { throw Refusal(.wrongResponse, "qop is not auth, nc is not 00000001, or cnonce is missing") }
        let request = DigestRequest(
            username: credentials.username[...], realm: credentials.realm[...], nonce: credentials.nonce[...], method: SIPMethod.register.bytes[...],
            uri: credentials.uri[...], protection: .authentication(nc: DigestTerms.firstNonceCount[...], cnonce: cnonce[...]))
        let isRight: Bool
        do throws(AKAError) { isRight = try digest.verify(response: credentials.response, to: request, password: password) } catch {
            throw Refusal(.internalFailure, error.description)
        }
        guard isRight else { throw Refusal(.wrongResponse, "the response does not match") }
    }

    /// Whether a digest URI is the Request-URI or one of the home domain: user agents differ in which of them they sign.
    private func isOurs(_ uri: [UInt8], _ requestURI: [UInt8]) -> Bool {
        if uri == requestURI { return true }
        guard let parsed = try? SIPURI(uri) else { return false }
        return home.contains(parsed)
    }
}
