import SIP
import Testing

@Suite struct URITests {
    @Test func `SIP and tel URIs are taken apart`() throws {
        let uri = try SIPURI("sips:al%69ce;x:pw@[2001:DB8::1]:5061;transport=TLS;lr?subject=a%20b&priority=")
        #expect(uri.scheme == .sips)
        #expect(text(uri.user ?? []) == "al%69ce;x")
        #expect(text(uri.password ?? []) == "pw")
        #expect(uri.host == SIPHost("[2001:db8:0:0:0:0:0:1]".utf8))
        #expect(uri.port == 5061)
        #expect(uri.parameter("TRANSPORT")?.value == Array("TLS".utf8))
        #expect(uri.parameter("lr") != nil)
        #expect(uri.headers.map { text($0.name) } == ["subject", "priority"])
    }

    @Test(arguments: [
        "", "sip", "sip:", ":a@b", "1sip:a", "sip:@b", "sip:a@", "sip:a@b@c", "sip:a b@c", "sip:a@b c", "sip:a@b:", "sip:a@b:x", "sip:a@b:65536",
        "sip:a@b;", "sip:a@b;;lr", "sip:a@b;x=", "sip:a@b;lr;lr", "sip:a@b;x=1;X=2", "sip:a@b?x", "sip:a@b?=y", "sip:a%4@b", "sip:a%@b", "sip:a%zz@b",
        "sip:a@1.2.3", "sip:a@1.2.3.256", "sip:a@[::1", "sip:a@::1", "sip:a@[1::2::3]", "sip:a@[12345::]", "sip:a@b..c", "sip:a@b\u{e9}",
        "sip:\"a\"@b",
        "sip:<a@b>", "sip:a@b\r\n", "tel:", "tel:+", "tel:+a1", "tel:+1 2", "http:", "sip:a@[fe80::1%25eth0]",
    ]) func `SIP and tel URIs that are none are refused`(_ bad: String) {
        #expect(throws: SIPParseError.self) { try SIPURI(bad) }
    }

    @Test(arguments: [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
        ),
        ("sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x"),
        ("sip:a@[2001:db8::1]", "sip:a@[2001:0DB8:0::0.0.0.1]"),
        ("tel:+1-201-555-0123", "tel:+12015550123"),
    ]) func `SIP and tel URIs that RFC 3261 calls equal are equivalent`(_ left: String, _ right: String) throws {
        #expect(try SIPURI(left).isEquivalent(to: SIPURI(right)))
        #expect(try SIPURI(right).isEquivalent(to: SIPURI(left)))
    }

    @Test(arguments: [
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ("sip:carol@chicago.com;security=off", "sip:carol@chicago.com;security=on"),
        ("sip:a@b.com;user=phone", "sip:a@b.com"),
        ("sip:a@b.com;maddr=c.com", "sip:a@b.com"),
        ("sip:a@b.com", "sips:a@b.com"),
        ("sip:a%3Bb@c.com", "sip:a;b@c.com"),
        ("tel:+1201;phone-context=x", "tel:+1201"),
    ]) func `SIP and tel URIs that RFC 3261 keeps apart are not equivalent`(_ left: String, _ right: String) throws {
        #expect(try !SIPURI(left).isEquivalent(to: SIPURI(right)))
    }

    @Test(arguments: [
        ("sip:Alice@Partner.EXAMPLE:5060;transport=tcp?x=y", "sip:Alice@partner.example"),
        ("sip:al%69ce:secret@partner.example.", "sip:alice@partner.example"),
        ("sip:a%3bb%40c@d.example", "sip:a;b%40c@d.example"),
        ("sip:a%2540b@d.example", "sip:a%2540b@d.example"),
        ("SIPS:a@[2001:DB8:0:0:0:0:0:1]", "sips:a@[2001:db8::1]"),
        ("tel:+1-(201)-555.0123;ext=5", "tel:+12015550123"),
        ("tel:7042;phone-context=Example.COM", "tel:7042;phone-context=example.com"),
    ]) func `SIP and tel URIs have one key as an address of record`(_ uri: String, _ key: String) throws {
        let record = try SIPURI(uri).canonicalAddressOfRecord
        #expect(text(record) == key)
        #expect(try SIPURI(record).canonicalAddressOfRecord == record)
    }
}
