import SIP
import Testing

@Suite struct RegisterTests {
    @Test func `SIPp's REGISTER has one Via, one Contact and no credentials`() throws {
        let register = try request(Sample.sippRegister)
        #expect(register.method == .register)
        #expect(register.requestURI.host == .name(Array("partner.example".utf8)))
        #expect(register.topVia?.port == 5061)
        #expect(register.topVia?.branch == Array("z9hG4bK-4711-1-0".utf8))
        #expect(register.topVia?.hasRport == false)
        #expect(register.core.callID == Array("1-4711@127.0.1.1".utf8))
        #expect(register.core.cSeq == SIPCSeq(1, .register))
        #expect(register.core.from.tag == Array("1".utf8))
        #expect(register.core.to.tag == nil)
        #expect(try contactList(register.headers).first?.expires == 600)
        #expect(try register.headers.expires() == nil)
        #expect(try register.headers.maxForwards() == 70)
        #expect(try register.headers.authorizations().isEmpty)
    }

    @Test func `an IMS UE's first REGISTER carries empty nonce and response`() throws {
        let register = try request(Sample.imsRegister)
        let credentials = try #require(try register.headers.authorizations().first)
        #expect(text(credentials.username) == "001010123456063@ims.mnc001.mcc001.3gppnetwork.org")
        #expect(credentials.nonce.isEmpty)
        #expect(credentials.response.isEmpty)
        #expect(credentials.algorithm == nil)
        #expect(register.topVia?.host == SIPHost(address: "2001:0db8:0:0::1:2".utf8))
        #expect(register.topVia?.hasRport == true)
        #expect(register.topVia?.rport == nil)
        let contact = try #require(try contactList(register.headers).first)
        #expect(contact.expires == 600_000)
        #expect(contact.address.parameters.value("+sip.instance") == Array("<urn:gsma:imei:90420156-025763-0>".utf8))
        #expect(try register.headers.tokens(.supported).map(text) == ["path", "gruu"])
        #expect(try register.unsupportedExtensions(beyond: ["sec-agree"]).isEmpty)
    }

    @Test func `a phone's REGISTER has compact names, a list of contacts and a computed response`() throws {
        let register = try request(Sample.phoneRegister)
        #expect(register.core.from.displayName == Array(#"Alice "A." Example"#.utf8))
        let contacts = try contactList(register.headers)
        #expect(contacts.map(\.expires) == [300, 60])
        #expect(contacts.map(\.qThousandths) == [500, nil])
        let credentials = try #require(try register.headers.authorizations().first)
        #expect(credentials.nonceCount == Array("00000001".utf8))
        #expect(credentials.qop == Array("auth".utf8))
        #expect(credentials.algorithm == Array("AKAv1-MD5".utf8))
        #expect(credentials.opaque == Array("5ccc".utf8))
        #expect(try register.headers.sessionID() == SessionID(local: Array("47755a9de7794ba387653f2099600ef2".utf8), remote: SessionID.null))
        #expect(register.body == Array("body".utf8))
    }

    @Test func `a star alone removes all bindings, with company it is refused`() throws {
        #expect(try headers("Contact: *").contacts() == .all)
        #expect(throws: SIPParseError.self) { try headers("Contact: *\nContact: <sip:a@b.example>").contacts() }
        #expect(throws: SIPParseError.self) { try headers("Contact: *, <sip:a@b.example>").contacts() }
        #expect(try headers("Supported:").contacts() == .list([]))
    }

    @Test func `lists go on over lines and commas`() throws {
        let both = try headers("Path: <sip:p1.example;lr>,<sip:p2.example;lr>\nService-Route: <sip:s.example;lr>\nPath: <sip:p3.example;lr>")
        #expect(try both.addresses(.path).map { text($0.uri.text) } == ["sip:p1.example;lr", "sip:p2.example;lr", "sip:p3.example;lr"])
        #expect(try both.addresses(.serviceRoute).count == 1)
        let associated = try headers("P-Associated-URI: \"A, B\" <sip:a@b.example>, <tel:+1-201-555-0123>")
        #expect(try associated.addresses(.pAssociatedURI).map { text($0.uri.canonicalAddressOfRecord) } == ["sip:a@b.example", "tel:+12015550123"])
    }

    @Test(arguments: ["00", "1.1", "2", "0.1234", "", "0.5x", "-1"]) func `a q outside 0 to 1 is refused`(_ q: String) throws {
        #expect(throws: SIPParseError.self) { try headers("Contact: <sip:a@b.example>;q=\(q)").contacts() }
    }

    @Test(arguments: ["0": 0, "1": 1000, "1.000": 1000, "0.": 0, "0.05": 50]) func `a q reads as thousandths`(_ q: String, _ thousandths: UInt16)
        throws
    {
        #expect(try contactList(headers("Contact: <sip:a@b.example>;q=\(q)")).first?.qThousandths == thousandths)
    }
}

/// The header fields of a REGISTER that has these fields among others.
func headers(_ lines: String) throws -> SIPHeaders {
    try request(
        wire(
            """
            REGISTER sip:b.example SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa
            From: <sip:a@b.example>;tag=1
            To: <sip:a@b.example>
            Call-ID: c
            CSeq: 1 REGISTER
            \(lines)


            """)
    ).headers
}
