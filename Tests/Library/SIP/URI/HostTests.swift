import SIP
import Testing

@Suite struct HostTests {
    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:192.0.2.1", "::ffff:c000:201"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("0:0:0:0:0:0:0:0", "::"),
    ]) func `hosts write IPv6 as RFC 5952 has it`(_ address: String, _ canonical: String) throws {
        let host = try #require(SIPHost(address: address.utf8))
        #expect(text(host.address) == canonical)
        #expect(SIPHost(host.bytes) == host)
    }

    @Test(arguments: ["1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", ":1", "1:", ":::", "1:2:3:4:5:6:7::8", "::1.2.3", "1.2.3.4::", "g::", "::12345"])
    func `hosts refuse IPv6 addresses that are none`(_ address: String) {
        #expect(SIPHost(address: address.utf8) == nil)
    }

    @Test(arguments: ["", ".", "a..b", "-a b", "999.1.1.1", "1.2.3.4.5", "a/b", "[::1", "[]"]) func `hosts refuse names that are none`(_ name: String)
    {
        #expect(SIPHost(name.utf8) == nil)
    }

    @Test func `hosts compare without case and without the root's dot`() {
        #expect(SIPHost("S-CSCF_1.Example.".utf8) == SIPHost("s-cscf_1.example".utf8))
    }
}
