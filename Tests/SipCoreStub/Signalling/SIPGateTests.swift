import Base
import Nhss
import SIP
import Testing

@testable import SipCoreStub

/// What of a request is refused before the registrar sees it (RFC 3261 §8.2).
@Suite struct SIPGateTests {
    private let gate: SIPGate

    init() throws {
        let home = try #require(HomeDomain(realm: "lab.5g", serverName: "sip:scscf.lab.5g"))
        gate = SIPGate(
            home: home, translator: SIPTranslator(home: home, limits: SipCoreLimits(), random: { 7 }, time: { Timestamp(microsecondsSince1970: 0) }))
    }

    private func verdict(
        _ lines: String = "", method: String = "REGISTER", uri: String = "sip:lab.5g", from: String = "<sip:a@lab.5g>;tag=1",
        to: String = "<sip:a@lab.5g>"
    ) throws -> SIPGate.Verdict {
        let more = lines.isEmpty ? "" : lines + "\r\n"
        let text =
            "\(method) \(uri) SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\nFrom: \(from)\r\nTo: \(to)\r\n"
            + "Call-ID: c\r\nCSeq: 1 \(method)\r\n"
            + more + "Contact: <sip:a@192.0.2.1>\r\n\r\n"
        guard case .request(let request) = try SIPParser.parse(datagram: Array(text.utf8)) else {
            throw SIPParseError(.badStartLine, "", at: .startLine)
        }
        return gate.verdict(on: request)
    }

    private func request(_ verdict: SIPGate.Verdict) -> UERequest? {
        guard case .register(let request) = verdict else { return nil }
        return request
    }

    private func status(_ verdict: SIPGate.Verdict) -> Int? {
        guard case .answer(let status, _, _) = verdict else { return nil }
        return status
    }

    @Test func `a REGISTER to a domain whose last label begins with a digit reaches the registrar`() throws {
        let request = try #require(request(try verdict("Max-Forwards: 70")))
        #expect(request.user.impi.text == "a@lab.5g" && request.user.impu.text == "sip:a@lab.5g")
    }

    @Test(arguments: ["x", "-1", "256", "300", "70 70", "", "99999999999999999999", "7.0"], ["REGISTER", "OPTIONS"])
    func `a Max-Forwards that is none is 400`(value: String, method: String) throws {
        #expect(status(try verdict("Max-Forwards: \(value)", method: method)) == 400)
    }

    @Test(arguments: ["", "Max-Forwards: 0", "Max-Forwards: 255"]) func `the last receiver does not count hops`(line: String) throws {
        #expect(request(try verdict(line)) != nil)
    }

    @Test(arguments: ["sip:a@lab.5g", "sip:a:pw@lab.5g", "sip:a@scscf.lab.5g", "sip:a@elsewhere.example"])
    func `a Request-URI with a user part is 400 in a REGISTER`(uri: String) throws {
        #expect(status(try verdict(uri: uri)) == 400)
    }

    @Test func `OPTIONS may name a user`() throws { #expect(status(try verdict(method: "OPTIONS", uri: "sip:a@lab.5g")) == 200) }

    @Test(arguments: ["Content-Encoding: gzip", "e: gzip", "Content-Encoding: identity, x", "Content-Encoding: br,"], ["REGISTER", "OPTIONS"])
    func `a body with an encoding that nobody knows is 415`(line: String, method: String) throws {
        guard case .answer(let status, let headers, _) = try verdict(line, method: method) else {
            Issue.record("not refused")
            return
        }
        #expect(status == 415 && headers.contains { $0.name == .acceptEncoding && $0.value.elementsEqual("identity".utf8) })
    }

    @Test(arguments: ["Content-Encoding: identity", "e: Identity", "Content-Encoding:"]) func `the encoding that is none is known`(line: String)
        throws
    {
        #expect(request(try verdict(line)) != nil)
    }

    @Test(arguments: ["<sip:a@lab.5g>", "sip:a@lab.5g", "Jürgen <sip:a@lab.5g>", "\"A\" <sip:a@lab.5g>"])
    func `a From without tag is accepted`(from: String) throws { #expect(request(try verdict(from: from)) != nil) }

    @Test(arguments: [
        "Digest username=\"a@lab.5g\", realm=\"lab.5g\", uri=\"sip:lab.5g\"", "Digest username=\"a@lab.5g\"", "Digest realm=\"lab.5g\"",
        "Digest username=\"\", realm=\"\", nonce=\"\", uri=\"\", response=\"\"", "Digest username=\"a@lab.5g\", integrity-protected=no,",
        "Digest username=\"a@lab.5g\", integrity-protected=\"yes\"",
    ]) func `credentials that answer nothing are as good as none`(credentials: String) throws {
        let request = try #require(request(try verdict("Authorization: \(credentials)")))
        #expect(request.user.impi.text == "a@lab.5g" && request.credentials?.nonce.isEmpty ?? true)
    }

    @Test(arguments: ["<sip:a@lab.5g:5060>", "<sip:b@lab.5g>"]) func `another port or user is another identity`(to: String) throws {
        let credentials = "Authorization: Digest username=\"a@lab.5g\", realm=\"lab.5g\", uri=\"sip:lab.5g\""
        #expect(request(try verdict(credentials, to: to)).map { $0.user.impu.text != "sip:a@lab.5g" } == true)
    }

    @Test func `a password makes no identity`() throws { #expect(status(try verdict(to: "<sip:a:pw@lab.5g>")) == 404) }
}
