import SIP
import Testing

@testable import MCUE

@Suite struct SubscriberTests {
    private func subscriber(
        impi: String = UELaboratory.impi, impu: String = UELaboratory.impu, realm: String? = nil, contact: String? = nil
    ) throws(UEError) -> Subscriber {
        try Subscriber(impi: impi, impu: impu, realm: realm, contact: contact, expiresSeconds: 600)
    }

    private let endpoint = SIPEndpoint(host: .ipv4([192, 0, 2, 7]), port: 5062)

    @Test func `the home domain is that of the private identity, or the one that is named`() throws {
        #expect(try subscriber().requestURI.description == "sip:partner.example" && subscriber().realm.text == "partner.example")
        #expect(try subscriber(impi: "token", realm: "other.example").requestURI.description == "sip:other.example")
    }

    @Test(arguments: [
        (UELaboratory.impu, "sip:visitor1@192.0.2.7:5062"), ("tel:+15550100", "sip:+15550100@192.0.2.7:5062"),
        ("sip:b.example", "sip:ue@192.0.2.7:5062"),
    ])
    func `the contact is the user at the UE's own address`(impu: String, contact: String) throws {
        #expect(try subscriber(impu: impu).contact(at: endpoint, over: .udp).description == contact)
        #expect(try subscriber(impu: impu).contact(at: endpoint, over: .tcp).description == contact + ";transport=tcp")
    }

    @Test func `a contact that is named is taken`() throws {
        #expect(try subscriber(contact: "sip:me@198.51.100.1").contact(at: endpoint, over: .udp).description == "sip:me@198.51.100.1")
    }

    @Test(arguments: ["", "no domain", "a\"b@c", "a\\b@c", "a\r\nb@c", "é@c", "user"])
    func `a private identity that is none is refused`(impi: String) {
        #expect(throws: UEError(.unusable, "")) { try subscriber(impi: impi) }
    }

    @Test(arguments: ["", "visitor1", "http://b.example", "mailto:a@b.example"]) func `a public identity that is none is refused`(impu: String) {
        #expect(throws: UEError(.unusable, "")) { try subscriber(impu: impu) }
    }
}
