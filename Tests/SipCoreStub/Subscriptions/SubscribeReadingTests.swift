import Base
import Nhss
import SIP
import Testing

@testable import SipCoreStub

/// Which SUBSCRIBE requests are refused before anybody looks at registrations (RFC 6665 §4.2.1.1, RFC 3680 §4.3 to §4.5).
@Suite struct SubscribeReadingTests {
    private let gate: SIPGate

    init() throws {
        let home = try #require(HomeDomain(realm: "p.example", serverName: "sip:scscf.p.example"))
        gate = SIPGate(
            home: home, translator: SIPTranslator(home: home, limits: SipCoreLimits(), random: { 7 }, time: { Timestamp(microsecondsSince1970: 0) }))
    }

    private func verdict(
        _ lines: String..., uri: String = "sip:a@p.example", to: String = "<sip:a@p.example>", method: String = "SUBSCRIBE",
        contact: String? = "Contact: <sip:a@192.0.2.1:5062>"
    ) throws -> SIPGate.Verdict {
        let head = [
            "\(method) \(uri) SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa", "From: <sip:a@p.example>;tag=1", "To: \(to)", "Call-ID: c",
            "CSeq: 5 \(method)",
        ]
        let text = (head + lines + [contact].compactMap { $0 } + ["", ""]).joined(separator: "\r\n")
        guard case .request(let request) = try SIPParser.parse(datagram: Array(text.utf8)) else {
            throw SIPParseError(.badStartLine, "", at: .startLine)
        }
        return gate.verdict(on: request)
    }

    private func refusal(_ verdict: SIPGate.Verdict) -> (status: Int, headers: [String])? {
        guard case .answer(let status, let headers, _) = verdict else { return nil }
        return (status, headers.map { "\($0.name): \(String(decoding: $0.value, as: UTF8.self))" })
    }

    @Test func `a SUBSCRIBE for registrations reaches the notifier`() throws {
        let lines = ["Event: reg;id=1", "Expires: 600000", "Record-Route: <sip:p1;lr>", "P-Asserted-Identity: <sip:a@p.example>, <tel:+15550100>"]
        guard case .subscribe(let request) = try verdict(lines[0], lines[1], lines[2], lines[3], "Accept: application/reginfo+xml") else {
            Issue.record("it does not")
            return
        }
        #expect(request.impu?.text == "sip:a@p.example" && request.dialog == nil && request.cSeq == 5 && request.expires == 600_000)
        #expect(request.routes.count == 1 && request.claims.map(\.description) == ["sip:a@p.example", "sip:a@p.example", "tel:+15550100"])
        #expect(request.contact.description == "sip:a@192.0.2.1:5062")
    }

    @Test(arguments: [
        ["Event: presence"], ["Event: reg.winfo"], ["Event: REG"], ["Event: registration"], [], ["Event: presence", "Accept: text/plain"],
    ]) func `another event package, or none, is 489 and says which there is`(lines: [String]) throws {
        let refusal = try #require(refusal(try verdict((lines + ["X: y"]).joined(separator: "\r\n"))))
        #expect(refusal.status == 489 && refusal.headers == ["Allow-Events: reg"])
    }

    @Test(arguments: ["text/plain", "application/pidf+xml, text/*", "*/*;q=0", ""]) func `who does not take the document is 406`(accept: String)
        throws
    {
        let refusal = try #require(refusal(try verdict("Event: reg", "Accept: \(accept)")))
        #expect(refusal.status == 406 && refusal.headers == ["Accept: application/reginfo+xml"])
    }

    @Test(arguments: ["*/*", "application/*", "text/plain, application/reginfo+xml;q=0.1"]) func `who takes it among others is welcome`(
        accept: String
    )
        throws
    {
        #expect(refusal(try verdict("Event: reg", "Accept: \(accept)")) == nil)
    }

    @Test(arguments: ["1", "59"]) func `a time that is too short is 423 and says which is not`(expires: String) throws {
        let refusal = try #require(refusal(try verdict("Event: reg", "Expires: \(expires)")))
        #expect(refusal.status == 423 && refusal.headers == ["Min-Expires: 60"])
    }

    @Test(arguments: ["0", "60", "3600", "4294967295", "x"]) func `any other time is taken`(expires: String) throws {
        #expect(refusal(try verdict("Event: reg", "Expires: \(expires)")) == nil)
    }

    @Test(
        arguments: [
            nil, "Contact: *", "Contact: <tel:+15550100>", "Contact: <sips:a@192.0.2.1>", "Contact: <sip:a@192.0.2.1>, <sip:a@192.0.2.2>",
            "Contact: <mailto:a@b>", "Contact: <sip:a@192.0.2.1", "Contact:",
        ] as [String?]) func `without exactly one SIP URI as Contact it is 400`(contact: String?) throws
    {
        #expect(refusal(try verdict("Event: reg", contact: contact))?.status == 400)
    }

    @Test(arguments: [
        "Event: reg presence", "Event: reg\r\nEvent: reg", "Event: reg\r\nAccept: x", "Event: reg\r\nRecord-Route: <sip:a",
        "Event: reg\r\nP-Asserted-Identity: <", "Event: reg\r\nExpires: 1\r\nExpires: 2", "Event: reg\r\nMax-Forwards: x",
    ]) func `a malformed field is 400`(lines: String) throws { #expect(refusal(try verdict(lines))?.status == 400) }

    @Test(arguments: ["sip:p.example", "sip:a:pw@p.example"]) func `a Request-URI that is no public identity is 404, but within a dialog`(uri: String)
        throws
    {
        #expect(refusal(try verdict("Event: reg", uri: uri))?.status == 404)
        #expect(refusal(try verdict("Event: reg", uri: uri, to: "<sip:a@p.example>;tag=2")) == nil)
    }

    @Test(arguments: [("sip:a@elsewhere.example", 404), ("tel:+15550100", 416), ("sips:a@p.example", 416)])
    func `a Request-URI elsewhere is refused as in any request`(uri: String, status: Int) throws {
        #expect(refusal(try verdict("Event: reg", uri: uri))?.status == status)
    }

    @Test func `a SUBSCRIBE of which too much had to be kept is 513`() throws {
        let route = "Record-Route: <sip:" + String(repeating: "p", count: 200) + ";lr>"
        #expect(refusal(try verdict("Event: reg", Array(repeating: route, count: 21).joined(separator: "\r\n")))?.status == 513)
        #expect(refusal(try verdict("Event: reg", Array(repeating: route, count: 10).joined(separator: "\r\n"))) == nil)
        #expect(refusal(try verdict("Event: reg;id=" + String(repeating: "1", count: 4_096)))?.status == 513)
    }

    @Test func `an extension that is required and not known is 420`() throws {
        #expect(refusal(try verdict("Event: reg", "Require: eventlist"))?.status == 420)
    }

    @Test(arguments: ["NOTIFY", "PUBLISH", "INVITE", "MESSAGE"]) func `other methods are 405, and SUBSCRIBE is among those that are not`(
        method: String
    ) throws {
        let refusal = try #require(refusal(try verdict("Event: reg", method: method)))
        #expect(refusal.status == 405 && refusal.headers == ["Allow: REGISTER, OPTIONS, SUBSCRIBE"])
    }

    @Test func `OPTIONS tells of SUBSCRIBE and of the event package`() throws {
        let answer = try #require(refusal(try verdict(uri: "sip:p.example", method: "OPTIONS")))
        #expect(answer.status == 200 && answer.headers.contains("Allow: REGISTER, OPTIONS, SUBSCRIBE"))
        #expect(answer.headers.contains("Allow-Events: reg"))
    }
}
