import Testing

@testable import SipCoreStub

@Suite struct SIPFirstLineTests {
    @Test(arguments: [
        ("REGISTER sip:partner.example SIP/2.0", "REGISTER sip:partner.example SIP/2.0"),
        ("REGISTER sip:[::1]:5060 SIP/2.0", "REGISTER sip:[::1]:5060 SIP/2.0"),
        ("SIP/2.0 401 Unauthorized", "SIP/2.0 401 Unauthorized"),
        ("SIP/2.0 200 OK", "SIP/2.0 200 OK"),
    ])
    func `the first line is shown`(line: String, shown: String) {
        #expect(SIPFirstLine.text(Array("\(line)\r\nAuthorization: Digest response=\"canary\"\r\n\r\n".utf8)) == shown)
        #expect(SIPFirstLine.text(Array(line.utf8)) == shown)
    }

    @Test(arguments: [
        "REGISTER sip:user:canary@partner.example SIP/2.0", "REGISTER sip:canary@partner.example SIP/2.0",
        "REGISTER sip:partner.example;token=canary SIP/2.0", "REGISTER sip:partner.example?Authorization=canary SIP/2.0",
        "REGISTER sip:a@b:canary@partner.example SIP/2.0", "REGISTER sip:u:canary@partner.example;x?y@z SIP/2.0", "REGISTER canary SIP/2.0",
        "Authorization: Digest canary", "canary", "canary canary canary", "Proxy: canary SIP/2.0", " canary SIP/2.0", "", "\r\ncanary",
        "MESSAGE tel:canary@;canary SIP/2.0",
    ])
    func `nothing of a line is shown that may be a secret`(line: String) {
        let shown = SIPFirstLine.text(Array("\(line)\r\nX: canary\r\n\r\n".utf8))
        #expect(!shown.contains("canary"), "\(shown)")
        #expect(!shown.contains("\n"))
    }

    @Test func `a line without end is cut`() {
        #expect(SIPFirstLine.text([UInt8](repeating: UInt8(ascii: "A"), count: 60_000)).utf8.count < 300)
    }
}
