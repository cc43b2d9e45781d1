import Base
import Nhss
import SIP
import Testing

@testable import SipCoreStub

/// By whose right somebody watches a public identity that several UEs share (TS 24.229 §5.4.2.1.1).
@Suite struct WatcherTests {
    private let now = Instant.now
    private let shared: IMPU
    private let here = SIPHost.ipv4([192, 0, 2, 1])
    private let there = SIPHost.ipv4([192, 0, 2, 2])

    init() throws { shared = try IMPU("sip:crew@p.example") }

    private func contact(_ impi: String, _ uri: String, at source: SIPHost?, path: String? = nil) throws -> RegisteredContact {
        RegisteredContact(
            contact: SIPContact(SIPAddress(try SIPURI(uri))), impi: try IMPI(impi), flow: nil, callID: [], cSeq: 1,
            path: path.map { [Array($0.utf8)] } ?? [], end: now + .seconds(60), source: source.map(SourceAddress.init))
    }

    private func registration(_ contacts: [RegisteredContact]) throws -> Registration {
        Registration(
            impu: shared, impi: try IMPI("a@p.example"), contacts: contacts, version: 1,
            associated: [AssociatedIdentity(shared), AssociatedIdentity(try IMPU("sip:chief@p.example"), isBarred: true)])
    }

    /// The private identity of the contact by whose right somebody watches.
    private func right(
        _ registration: Registration, from claims: [String] = ["sip:crew@p.example"], at source: SIPHost, contact: String = "sip:x@192.0.2.9"
    ) throws -> String? {
        let watcher = Watcher(
            impu: shared, claims: try claims.map { try SIPURI($0) }, source: SourceAddress(source), contact: try SIPURI(contact))
        return watcher.contact(of: registration)?.impi.text
    }

    @Test func `each UE watches by its own contact`() throws {
        let registration = try registration([
            contact("a@p.example", "sip:a@192.0.2.1", at: here), contact("b@p.example", "sip:b@192.0.2.2", at: there),
        ])
        #expect(try right(registration, at: here) == "a@p.example")
        #expect(try right(registration, at: there) == "b@p.example")
        #expect(try right(registration, at: .ipv4([192, 0, 2, 3])) == nil)
    }

    @Test func `of two UEs behind one address the Contact tells which it is`() throws {
        let registration = try registration([
            contact("a@p.example", "sip:a@10.0.0.1:5060", at: here), contact("b@p.example", "sip:b@10.0.0.2:5060", at: here),
        ])
        #expect(try right(registration, at: here, contact: "sip:b@10.0.0.2:5060") == "b@p.example")
        #expect(try right(registration, at: here, contact: "sip:c@10.0.0.3") == "a@p.example")
    }

    @Test(arguments: [
        (["sip:p1.example"], true), (["sip:anything@P1.EXAMPLE:5070;lr"], true), (["sip:p1.example", "sip:crew@p.example"], true),
        (["sip:p1.example", "sip:other@p.example"], false), (["sip:p2.example"], false), (["tel:+15550100"], false),
        (["sip:chief@p.example"], false),
    ]) func `an entity in the Path of a contact watches by that contact alone`(claims: [String], isAllowed: Bool) throws {
        let path = "<sip:term@p1.example;lr>"
        let both = try registration([
            contact("a@p.example", "sip:a@192.0.2.1", at: here), contact("b@p.example", "sip:b@192.0.2.1", at: here, path: path),
        ])
        #expect(try right(both, from: claims, at: here) == (isAllowed ? "b@p.example" : nil))
        #expect(try right(both, from: claims, at: there) == nil)
    }

    @Test func `what is left of another UE does not keep a subscription`() throws {
        let view = RegistrationView(identities: [
            RegistrationView.Identity(impu: shared, contacts: [try contact("b@p.example", "sip:b@192.0.2.2", at: there)])
        ])
        #expect(view.hasContact(of: try IMPI("b@p.example")))
        #expect(!view.hasContact(of: try IMPI("a@p.example")))
    }
}
