import SIP
import Testing

@testable import SipCoreStub

@Suite struct HomeDomainTests {
    @Test(arguments: ["partner.example", "lab.5g", "1af019b2ba08", "123.example", "LAB"]) func `a realm is a host name`(realm: String) throws {
        let home = try #require(HomeDomain(realm: realm, serverName: "sip:scscf.example"))
        #expect(home.contains(try SIPURI("sip:\(realm)")))
    }

    @Test(arguments: ["123", "1", "lab.123", "127.0.0.1", "[::1]", "", "a b"]) func `an address, or digits alone, is no realm`(realm: String) {
        #expect(HomeDomain(realm: realm, serverName: "sip:scscf.example") == nil)
    }
}
