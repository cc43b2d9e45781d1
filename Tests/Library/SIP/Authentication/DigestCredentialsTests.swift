import Base
import SIP
import Testing

@Suite struct DigestCredentialsTests {
    private static let least = #"username="u", realm="r", nonce="n", uri="sip:b.example", response="0a""#

    private func credentials(_ parameters: String) throws -> DigestCredentials {
        try #require(try headers("Authorization: \(parameters)").authorizations().first)
    }

    private func code(_ parameters: String) -> SIPParseError.Code? {
        do {
            _ = try headers("Authorization: \(parameters)").authorizations()
            return nil
        } catch {
            return (error as? SIPParseError)?.code
        }
    }

    @Test func `Digest credentials need no more than username, realm, nonce, uri and response`() throws {
        let credentials = try credentials("Digest " + Self.least)
        #expect(text(credentials.uri) == "sip:b.example")
        #expect(credentials.qop == nil)
    }

    @Test(arguments: [
        "username=u, realm=\"r\", nonce=\"n\", uri=\"sip:b\", response=\"\"",
        "username=\"u\", realm=r, nonce=\"n\", uri=\"sip:b\", response=\"\"",
        "username=\"u\", realm=\"r\", nonce=n, uri=\"sip:b\", response=\"\"",
        "username=\"u\", realm=\"r\", nonce=\"n\", uri=sip:b, response=\"\"",
        "username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:b\", response=0a",
        "username=\"u, realm=\"r\", nonce=\"n\", uri=\"sip:b\", response=\"\"",
        "username=\"u\" realm=\"r\", nonce=\"n\", uri=\"sip:b\", response=\"\"",
        "username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:b\", response=\"not hex\"",
        "username=, realm=\"r\", nonce=\"n\", uri=\"sip:b\", response=\"\"",
        "username",
        "username=\"u\\",
    ]) func `Digest credentials with quotes or separators missing are refused`(_ parameters: String) {
        #expect(code("Digest " + parameters) == .badHeaderValue)
    }

    @Test(arguments: [",", " ,", ",,", ", , ", ",\t", ",,cnonce=\"c\",", ", ,qop=auth"])
    func `Digest credentials with a comma too many are understood`(_ more: String) throws {
        #expect(text(try credentials("Digest \(Self.least)\(more)").response) == "0a")
    }

    @Test(arguments: [",username=\"u\"", " , ", ",,"]) func `Digest credentials do not begin with a comma`(_ parameters: String) {
        #expect(code("Digest \(parameters)") == .badHeaderValue)
    }

    @Test(arguments: [
        "username=\"u\", realm=\"r\", uri=\"sip:b\"", "username=\"u\", realm=\"r\"", "username=\"u\"", "algorithm=AKAv1-MD5", "realm=\"r\",",
        "username=\"u\", realm=\"r\", nonce=\"\", uri=\"sip:b\"", "nonce=\"\"", "response=\"\"", "username=\"u\", response=\"\"",
        "nonce=\"\", response=\"\"", "", " ",
    ])
    func `Digest credentials without nonce and response prove nothing and are understood`(_ parameters: String) throws {
        let credentials = try credentials("Digest\(parameters.isEmpty ? "" : " ")\(parameters)")
        #expect(credentials.nonce.isEmpty && credentials.response.isEmpty)
        #expect(text(credentials.username) == (parameters.contains("username") ? "u" : ""))
    }

    @Test(arguments: ["no", "yes", "ip-assoc-pending", "\"no\"", "\"\""]) func `Digest credentials may leave integrity-protected without quotes`(
        _ value: String
    ) throws {
        let credentials = try credentials("Digest \(Self.least), integrity-protected=\(value)")
        #expect(text(credentials.integrityProtected ?? []) == value.filter { $0 != "\"" })
    }

    @Test(arguments: ["nonce=\"m\"", "NONCE=\"n\"", "username=\"u\"", "Response=\"\""]) func `Digest credentials with a parameter twice are refused`(
        _ extra: String
    ) {
        #expect(code("Digest \(Self.least), \(extra)") == .duplicateParameter)
    }

    @Test(arguments: ["username", "realm", "nonce", "uri", "response"]) func `Digest credentials with a parameter missing are refused`(_ name: String)
    {
        let rest = Self.least.split(separator: ", ").filter { !$0.hasPrefix(name) }.joined(separator: ", ")
        #expect(code("Digest " + rest) == .missingParameter)
    }

    @Test func `Digest credentials may quote nc, qop and algorithm although the grammar does not`() throws {
        let credentials = try credentials(#"Digest \#(Self.least), nc="00000001", qop="auth", algorithm="AKAv1-MD5", cnonce="c""#)
        #expect(text(credentials.nonceCount ?? []) == "00000001")
        #expect(text(credentials.qop ?? []) == "auth")
        #expect(text(credentials.algorithm ?? []) == "AKAv1-MD5")
    }

    @Test(arguments: ["1", "0000000g", "000000001", "\"\""]) func `Digest credentials with an nc that is not eight digits are refused`(
        _ count: String
    ) {
        #expect(code("Digest \(Self.least), nc=\(count)") == .badHeaderValue)
    }

    @Test func `Digest credentials may be folded after every comma`() throws {
        let folded = "digest\n username=\"u\",\n\trealm=\"r\"\n ,nonce=\"n\",\n   uri = \"sip:b.example\", response=\"\""
        #expect(text(try credentials(folded).realm) == "r")
    }

    @Test func `Digest credentials have their quoted-pairs resolved and stay bytes`() throws {
        let credentials = try credentials(
            #"Digest username="a\"b\\c\d é", realm="r", nonce="n", uri="sip:b", response="", auts="AAAA", integrity-protected="no""#)
        #expect(text(credentials.username) == #"a"b\cd é"#)
        #expect(text(credentials.auts ?? []) == "AAAA")
        #expect(text(credentials.integrityProtected ?? []) == "no")
    }

    @Test func `Digest credentials of other schemes are passed over`() throws {
        let mixed = try headers("Authorization: Basic dXNlcjpwYXNz\nAuthorization: Digest \(Self.least)")
        #expect(try mixed.authorizations().count == 1)
    }

    @Test func `Digest credentials with more parameters than allowed are refused`() {
        let many = (0..<100).map { "p\($0)=1" }.joined(separator: ", ")
        #expect(code("Digest \(Self.least), \(many)") == .tooManyParameters)
    }

    @Test func `Digest credentials read back as written`() throws {
        var credentials = DigestCredentials(
            username: Array(#"we"ird\"#.utf8), realm: Array("r".utf8), nonce: Array("AA==".utf8), uri: Array("sip:b".utf8), response: Array("0f".utf8)
        )
        credentials.algorithm = Array("AKAv1-MD5".utf8)
        credentials.qop = Array("auth".utf8)
        credentials.nonceCount = Array("00000001".utf8)
        credentials.cnonce = Array("c".utf8)
        credentials.opaque = Array("o".utf8)
        credentials.auts = Array("AAAA".utf8)
        credentials.integrityProtected = Array("yes".utf8)
        #expect(try headers("Authorization: " + text(credentials.bytes)).authorizations() == [credentials])
    }
}
