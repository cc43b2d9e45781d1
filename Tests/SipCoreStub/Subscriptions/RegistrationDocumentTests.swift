import Base
import Foundation
import Nhss
import SIP
import Testing

@testable import SipCoreStub

/// What a NOTIFY says about a user (RFC 3680 §5).
@Suite struct RegistrationDocumentTests {
    private let now = Instant.now
    private let own: IMPU
    private let phone: IMPU

    init() throws {
        own = try IMPU("sip:a@p.example")
        phone = try IMPU("tel:+15550100")
    }

    private struct NoContact: Error {}

    private func contact(_ field: String, impi: String = "a@p.example", seconds: Int64 = 600, as impu: IMPU? = nil) throws -> RegisteredContact {
        guard case .list(let contacts) = try SIPHeaders([SIPHeader(.contact, field)]).contacts(), let contact = contacts.first else {
            throw NoContact()
        }
        return RegisteredContact(
            contact: contact, impi: try IMPI(impi), flow: ContactFlow(contact), callID: [1], cSeq: 1, path: [], end: now + .seconds(seconds),
            registeredAs: impu)
    }

    private func document(_ identities: [(IMPU, [RegisteredContact])], ended: [EndedContact] = [], version: UInt32 = 0) -> RegistrationDocument {
        RegistrationDocument(
            version: version, view: RegistrationView(identities: identities.map { RegistrationView.Identity(impu: $0.0, contacts: $0.1) }),
            ended: ended, now: now)
    }

    private func read(_ document: RegistrationDocument, hasDetails: Bool = true) throws -> ReginfoReader {
        try #require(ReginfoReader(document.bytes(hasDetails: hasDetails)))
    }

    @Test func `a document has the elements and attributes of the schema in their order`() throws {
        let contact = try contact("\"Al\" <sip:a@192.0.2.1:5062>;q=0.5;audio;reg-id=1;+sip.instance=\"<urn:uuid:1>\"", as: own)
        var text = String(decoding: document([(own, [contact])]).bytes(hasDetails: true), as: UTF8.self)
        for (prefix, name) in [("id=\"r", "R"), ("id=\"c", "C")] {
            let id = text.components(after: prefix, until: "\"")
            #expect(!id.isEmpty && id.allSatisfy(\.isHexDigit))
            text = text.replacingOccurrences(of: prefix + id, with: "id=\"" + name)
        }
        #expect(
            text == """
                <?xml version="1.0"?>
                <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="0" state="full">
                <registration aor="sip:a@p.example" id="R" state="active">
                <contact id="C" state="active" event="registered" expires="600" q="0.5"><uri>sip:a@192.0.2.1:5062</uri>\
                <display-name>Al</display-name><unknown-param name="audio"></unknown-param><unknown-param name="reg-id">1</unknown-param>\
                <unknown-param name="+sip.instance">&quot;&lt;urn:uuid:1&gt;&quot;</unknown-param></contact>
                </registration>
                </reginfo>

                """)
    }

    @Test func `the identity that was registered and those that were registered with it differ until a refresh`() throws {
        let contact = try contact("<sip:a@192.0.2.1>", as: phone)
        let reader = try read(document([(phone, [contact]), (own, [contact])], version: 7))
        #expect(reader.version == "7" && reader.root["state"] == "full")
        #expect(
            reader.summary == [
                "tel:+15550100 active: active registered sip:a@192.0.2.1", "sip:a@p.example active: active created sip:a@192.0.2.1",
            ])
        let refreshed = try self.contact("<sip:a@192.0.2.1>")
        #expect(try read(document([(own, [refreshed])])).summary == ["sip:a@p.example active: active refreshed sip:a@192.0.2.1"])
    }

    @Test(arguments: [ContactEnd.expired, .unregistered, .deactivated, .rejected])
    func `a contact that has gone is terminated, and a registration without contacts with it`(end: ContactEnd) throws {
        let gone = try contact("<sip:a@192.0.2.1>;q=1.0", seconds: -5)
        let ended = [EndedContact(impu: own, contact: gone, end: end)]
        let alone = try read(document([(own, []), (phone, [])], ended: ended))
        #expect(alone.summary == ["sip:a@p.example terminated: terminated \(end.rawValue) sip:a@192.0.2.1", "tel:+15550100 init"])
        #expect(alone.registrations.first?.contacts.first?.attributes["expires"] == nil)
        let other = try contact("<sip:a@192.0.2.2>")
        #expect(
            try read(document([(own, [other])], ended: ended)).summary == [
                "sip:a@p.example active: active refreshed sip:a@192.0.2.2: terminated \(end.rawValue) sip:a@192.0.2.1"
            ])
    }

    @Test func `an identity that has left the set is terminated`() throws {
        let gone = try contact("<sip:a@192.0.2.1>")
        let ended = [EndedContact(impu: phone, contact: gone, end: .deactivated), EndedContact(impu: phone, contact: gone, end: .deactivated)]
        #expect(
            try read(document([(own, [gone])], ended: ended)).summary == [
                "sip:a@p.example active: active refreshed sip:a@192.0.2.1",
                "tel:+15550100 terminated: terminated deactivated sip:a@192.0.2.1: terminated deactivated sip:a@192.0.2.1",
            ])
    }

    @Test func `a contact that has come back is not gone, and one whose time is over is not there`() throws {
        let contact = try contact("<sip:a@192.0.2.1>")
        let again = document([(own, [contact])], ended: [EndedContact(impu: own, contact: contact, end: .unregistered)])
        #expect(try read(again).summary == ["sip:a@p.example active: active refreshed sip:a@192.0.2.1"])
        let over = try self.contact("<sip:a@192.0.2.1>", seconds: 0)
        #expect(try read(document([(own, [over])])).summary == ["sip:a@p.example init"])
    }

    @Test func `identifiers are unique within a document and the same in the next one`() throws {
        let contacts = try [
            contact("<sip:a@192.0.2.1>"), contact("<sip:a@192.0.2.2>"), contact("<sip:a@192.0.2.1>", impi: "b@p.example"),
            contact("<sip:a@192.0.2.1>;reg-id=1;+sip.instance=\"<x>\""), contact("<sip:a@192.0.2.1>;reg-id=2;+sip.instance=\"<x>\""),
        ]
        func identifiers(_ version: UInt32) throws -> [String] {
            let reader = try read(document([(own, contacts), (phone, contacts)], version: version))
            return reader.registrations.flatMap { [$0.attributes["id"]] + $0.contacts.map { $0.attributes["id"] } }.compactMap { $0 }
        }
        let first = try identifiers(0)
        #expect(Set(first).count == 12)
        #expect(try identifiers(1) == first)
    }

    @Test(arguments: [
        "a&b", "a<b>", "\"quoted\"", "it's", "]]>", "<!-- x -->", "&amp;", "&#0;", "</display-name><contact>", "tab\tend", "Émile 🚒",
    ]) func `text of a UE is text for every reader`(name: String) throws {
        var contact = try contact("<sip:a@192.0.2.1>")
        var address = SIPAddress(contact.contact.uri, displayName: Array(name.utf8))
        address.parameters.set("x", to: Array(name.utf8))
        contact = RegisteredContact(
            contact: SIPContact(address), impi: contact.impi, flow: nil, callID: [], cSeq: 1, path: [], end: contact.end)
        let read = try #require(try read(document([(own, [contact])])).registrations.first?.contacts.first)
        #expect(read.displayName == name)
        #expect(read.parameters["x"] == address.parameters.parameter("x")?.value.map { String(decoding: $0.written, as: UTF8.self) })
        #expect(read.elements == ["uri", "display-name", "unknown-param"])
    }

    @Test(arguments: ["sip:a&b@192.0.2.1;x=<>", "sip:a'b@192.0.2.1?Subject=\"x\"&a=b", "sip:a@192.0.2.1;x=1&y"])
    func `a URI is the same for every reader`(uri: String) {
        let text = XMLText.escaped(Array(uri.utf8))
        let document = Array("<?xml version=\"1.0\"?><reginfo><registration aor=\"".utf8) + text + Array("\"/></reginfo>".utf8)
        #expect(ReginfoReader(document)?.registrations.first?.aor == uri)
    }

    @Test(arguments: [[0x00], [0x1b], [0x0b, 0x1f], [0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xef, 0xbf, 0xbe]] as [[UInt8]])
    func `what XML cannot say is replaced`(bytes: [UInt8]) {
        let text = XMLText.escaped([0x61] + bytes + [0x62])
        let document = Array("<?xml version=\"1.0\"?><reginfo><registration aor=\"".utf8) + text + Array("\"/></reginfo>".utf8)
        let read = ReginfoReader(document)?.registrations.first?.aor ?? ""
        #expect(read.contains("\u{fffd}") && read.hasPrefix("a") && read.last != "a")
    }

    @Test func `line ends in an attribute stay what they are`() {
        let document = Array("<?xml version=\"1.0\"?><r a=\"".utf8) + XMLText.escaped(Array("a\r\n\tb".utf8)) + Array("\"/>".utf8)
        #expect(String(decoding: document, as: UTF8.self).contains("a&#13;&#10;&#9;b"))
    }

    @Test func `without details a document has neither names nor parameters`() throws {
        let contact = try contact("\"A\" <sip:a@192.0.2.1>;q=0.5;+g.3gpp.icsi-ref=\"urn%3Aurn-7\"")
        let read = try #require(try read(document([(own, [contact])]), hasDetails: false).registrations.first?.contacts.first)
        #expect(read.displayName == nil && read.parameters.isEmpty && read.attributes["q"] == "0.5" && read.uri == "sip:a@192.0.2.1")
    }
}
