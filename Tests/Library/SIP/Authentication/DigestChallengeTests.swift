import Base
import SIP
import Testing

@Suite struct DigestChallengeTests {
    @Test func `Digest challenges read back as written, keys included`() throws {
        var challenge = DigestChallenge(
            realm: Array("partner.example".utf8), nonce: Array("AAECAw==".utf8), algorithm: Array("AKAv1-MD5".utf8),
            qop: [Array("auth".utf8), Array("auth-int".utf8)])
        challenge.opaque = Array("x".utf8)
        challenge.stale = true
        challenge.ck = SecretOctets([UInt8](repeating: 0xab, count: 16))
        challenge.ik = SecretOctets([UInt8](repeating: 0xcd, count: 16))
        #expect(try headers("WWW-Authenticate: " + text(challenge.bytes)).challenges() == [challenge])
    }

    @Test func `Digest challenges never print keys or the response`() {
        var challenge = DigestChallenge(realm: Array("r".utf8), nonce: Array("n".utf8), algorithm: nil)
        challenge.ck = SecretOctets([UInt8](repeating: 0xab, count: 16))
        var dumped = ""
        dump(challenge, to: &dumped)
        #expect(!dumped.contains("abab") && !dumped.contains("171"))
        #expect("\(challenge)" == "Digest challenge in realm r")
    }

    @Test func `Digest challenges come in the server's order, other schemes passed over`() throws {
        let lines = #"""
            WWW-Authenticate: Digest realm="r", nonce="1", algorithm=AKAv2-SHA-256, qop="auth"
            WWW-Authenticate: Bearer realm="r"
            WWW-Authenticate: Digest realm="r", nonce="2", algorithm=AKAv1-MD5, qop="auth, auth-int"
            """#
        let challenges = try headers(lines).challenges()
        #expect(challenges.map { text($0.nonce) } == ["1", "2"])
        #expect(challenges.last?.qop.map(text) == ["auth", "auth-int"])
    }
}
