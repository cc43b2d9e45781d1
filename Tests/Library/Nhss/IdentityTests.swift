import Testing

@testable import Nhss

@Suite struct IdentityTests {
    // MARK: IMPI

    @Test(arguments: [
        ("visitor1@partner.example", "visitor1@partner.example"), ("A.b+c@EXAMPLE.Org", "A.b+c@example.org"), ("alice@r", "alice@r"),
        ("001010123456789@ims.mnc001.mcc001.3gppnetwork.org", "001010123456789@ims.mnc001.mcc001.3gppnetwork.org"), ("a/b%=?@x-y.z", "a/b%=?@x-y.z"),
    ])
    func `an IMPI keeps its user part and lowers its realm`(text: String, canonical: String) throws {
        #expect(try IMPI(text).text == canonical)
    }

    @Test(arguments: [
        "", "@", "a@", "@r", "a", "a@b@c", "a b@r", "a@r r", " a@r", "a@r ", "a@r\n", "a\u{0}@r", "é@r", "a@é", "a@.r", "a@r.", "a@r..s", "a@-r",
        "a@r-",
        "a@r_s", ".a@r", "a.@r", "a..b@r", "a\"b@r", "a\\b@r", "a,b@r", "a;b@r", "a:b@r", "<a@r>", "sip:a@r",
        "a@" + String(repeating: "l", count: 64), String(repeating: "u", count: 254) + "@r",
    ])
    func `an IMPI that is no NAI is refused`(text: String) {
        #expect(throws: MalformedValue.self) { try IMPI(text) }
    }

    @Test func `an IMPI of 255 bytes is taken and one of 256 is not`() throws {
        #expect(try IMPI(String(repeating: "u", count: 253) + "@r").bytes.count == 255)
        #expect(throws: MalformedValue(.length, "")) { try IMPI(String(repeating: "u", count: 254) + "@r") }
    }

    @Test func `IMPIs are one where only the realm's case differs`() throws {
        #expect(try Set([IMPI("a@EXAMPLE.org"), IMPI("a@example.ORG")]).count == 1)
        #expect(try IMPI("a@example.org") != IMPI("A@example.org"))
    }

    // MARK: IMPU

    @Test(arguments: [
        ("sip:visitor1@partner.example", "sip:visitor1@partner.example"), ("SIP:Alice@Example.ORG", "sip:Alice@example.org"),
        ("sips:a@h;transport=tls?subject=x", "sips:a@h"), ("sip:+15551234;ext=2@h;user=phone", "sip:+15551234;ext=2@h"),
        ("sip:a@h:5061", "sip:a@h:5061"),
        ("sip:%61%2b@h", "sip:a+@h"), ("sip:a%40b%3a@h", "sip:a%40b%3A@h"), ("sip:a@[2001:DB8::1]:5060;x", "sip:a@[2001:db8::1]:5060"),
        ("sip:a@192.0.2.1", "sip:a@192.0.2.1"), ("sip:a@h?x=y;z", "sip:a@h"), ("tel:+1-201-555-0123", "tel:+12015550123"),
        ("TEL:+1(201).555;ext=9", "tel:+1201555"),
    ])
    func `an IMPU is kept in the form a registrar looks it up by`(text: String, canonical: String) throws {
        #expect(try IMPU(text).text == canonical)
        #expect(try IMPU(canonical).text == canonical)
    }

    @Test(arguments: [
        "", "a@b", "sip:", "sip:@h", "sip:h", "sip:a@", "sip:a@h@i", "sip:a b@h", "sip:a@h h", "sip:a@h\r\n", "sip:é@h", "sip:a@é", "sip:a:pw@h",
        "sip:a@h:",
        "sip:a@h:0", "sip:a@h:65536", "sip:a@h:x", "sip:a@h:123456", "sip:a@[::1", "sip:a@[x]", "sip:a@[]", "sip:a@.h", "sip:%4@h", "sip:%@h",
        "sip:%zz@h",
        "sip:<a>@h", "http://a@h", "tel:", "tel:+", "tel:123", "tel:123;phone-context=+1", "tel:+1x", "mailto:a@h",
        "sip:" + String(repeating: "a", count: 252) + "@h",
    ])
    func `an IMPU that is neither a SIP nor a global tel URI is refused`(text: String) {
        #expect(throws: MalformedValue.self) { try IMPU(text) }
    }

    @Test func `IMPUs are one where their canonical forms are`() throws {
        #expect(try IMPU("tel:+1-555") == IMPU("tel:+1555;ext=1"))
        #expect(try IMPU("sip:a@H;user=phone") == IMPU("SIP:%61@h"))
        #expect(try IMPU("sip:a@h") != IMPU("sips:a@h"))
        #expect(try IMPU("sip:a@h") != IMPU("sip:A@h"))
    }

    @Test func `no bytes make an identity trap`() {
        var random = SystemRandomNumberGenerator()
        let seeds = ["a.b@example.org", "sip:%61b@[::1]:5060;p=1?h=2", "tel:+1-2(3).4;x", "mc.example"].map { Array($0.utf8) }
        for _ in 0..<20_000 {
            var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                if Bool.random(using: &random) { bytes[place] = UInt8.random(in: .min ... .max, using: &random) } else { bytes.remove(at: place) }
            }
            _ = try? IMPI(bytes)
            _ = try? SystemID(bytes)
            guard let identity = try? IMPU(bytes) else { continue }
            #expect((try? IMPU(identity.bytes)) == identity)
        }
    }

    // MARK: Systems

    @Test func `a system's name is a domain name in lower case`() throws {
        #expect(try SystemID("MC.Partner.example").text == "mc.partner.example")
        for text in ["", ".", "a.", "a b", "a/b", "é", "a_b", "-a", String(repeating: "a.", count: 126) + "ab"] {
            #expect(throws: MalformedValue.self, "\(text)") { try SystemID(text) }
        }
    }
}
