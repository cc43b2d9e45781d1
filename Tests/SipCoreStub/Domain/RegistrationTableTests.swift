import Base
import Nhss
import SIP
import Testing

@testable import SipCoreStub

/// Which contacts take the place of which (RFC 3261 §10.3, RFC 5626 §6, TS 24.229 §5.4.1.2).
@Suite struct RegistrationTableTests {
    private let start = Instant.now
    private let impu: IMPU

    init() throws { impu = try IMPU("sip:a@p.example") }

    /// A REGISTER with these Contact fields, as if it had come over SIP.
    private func request(_ contacts: String, impi: String = "a@p.example", expires: UInt32? = 600, cSeq: UInt32 = 1) throws -> UERequest {
        let headers = SIPHeaders(contacts.isEmpty ? [] : [SIPHeader(.contact, contacts)])
        return UERequest(
            user: UserIdentities(impi: try IMPI(impi), impu: impu), callID: nil, cSeq: cSeq, contacts: try headers.contacts(), expires: expires,
            path: [], credentials: nil, requestURI: [])
    }

    /// A contact as a UE with several flows registers it.
    private func flow(_ number: Int, _ instance: String = "1", at uri: String = "sip:a@192.0.2.1") -> String {
        "<\(uri)>;reg-id=\(number);+sip.instance=\"<urn:uuid:\(instance)>\""
    }

    private func uris(_ granted: [GrantedContact]) -> [String] { granted.map { $0.contact.uri.description } }

    @Test func `the hundredth address of a UE without flows is its only contact`() throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        for number in 1...100 {
            let granted = try table.apply(request("<sip:a@192.0.2.\(number)>"), callID: Array("\(number)".utf8), at: start)
            #expect(uris(granted) == ["sip:a@192.0.2.\(number)"])
        }
    }

    @Test(arguments: [";+sip.instance=\"<urn:uuid:1>\"", ";reg-id=1", ";reg-id=0;+sip.instance=\"<x>\"", ";reg-id=x;+sip.instance=\"<x>\""])
    func `half a flow is none`(parameters: String) throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        for number in 1...20 {
            let granted = try table.apply(request("<sip:a@192.0.2.\(number)>\(parameters)"), callID: Array("\(number)".utf8), at: start)
            #expect(uris(granted) == ["sip:a@192.0.2.\(number)"])
        }
    }

    @Test func `contacts of another private identity stay`() throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        _ = try table.apply(request("<sip:a@192.0.2.1>"), callID: [1], at: start)
        _ = try table.apply(request("<sip:a@192.0.2.2>", impi: "b@p.example"), callID: [2], at: start)
        let granted = try table.apply(request("<sip:a@192.0.2.3>"), callID: [3], at: start)
        #expect(uris(granted) == ["sip:a@192.0.2.2", "sip:a@192.0.2.3"])
    }

    @Test func `the contacts of one request do not take one another's places`() throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        let granted = try table.apply(request("<sip:a@192.0.2.1>, <sip:a@192.0.2.2>, <sip:a@192.0.2.1>"), callID: [1], at: start)
        #expect(uris(granted) == ["sip:a@192.0.2.2", "sip:a@192.0.2.1"])
    }

    @Test func `a flow takes the place of the same flow only`() throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        _ = try table.apply(request(flow(1)), callID: [1], at: start)
        _ = try table.apply(request(flow(2)), callID: [2], at: start)
        _ = try table.apply(request(flow(1, "2")), callID: [3], at: start)
        let granted = try table.apply(request(flow(2, at: "sip:a@192.0.2.9")), callID: [4], at: start)
        #expect(uris(granted) == ["sip:a@192.0.2.1", "sip:a@192.0.2.1", "sip:a@192.0.2.9"])
    }

    @Test func `a UE that begins to have flows does not keep the contact from before`() throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        _ = try table.apply(request("<sip:a@192.0.2.1>"), callID: [1], at: start)
        #expect(try table.apply(request(flow(1)), callID: [2], at: start).count == 1)
        #expect(uris(try table.apply(request("<sip:a@192.0.2.5>"), callID: [3], at: start)) == ["sip:a@192.0.2.5"], "and back")
    }

    @Test func `only a further flow beyond the bound is refused`() throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        let most = SipCoreLimits().contactsPerUserMax
        for number in 1...most { _ = try table.apply(request(flow(number)), callID: [UInt8(number)], at: start) }
        #expect(throws: Refusal(.tooManyContacts, "")) { try table.apply(request(flow(most + 1)), callID: [77], at: start) }
        #expect(table.registration(of: impu, at: start)?.contacts.count == most, "a refusal changes nothing")
        #expect(try table.apply(request(flow(3, at: "sip:a@192.0.2.3")), callID: [78], at: start).count == most, "a flow may be refreshed")
        #expect(try table.apply(request(flow(4), expires: 0), callID: [79], at: start).count == most - 1)
        #expect(try table.apply(request(flow(most + 1)), callID: [80], at: start).count == most)
        #expect(try table.apply(request("<sip:a@192.0.2.5>"), callID: [81], at: start).count == 1, "a contact without flow takes the place of all")
    }

    @Test(arguments: [1, 2, 16]) func `contacts without flow do not count as flows`(count: Int) throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        let plain = (1...count).map { "<sip:a@192.0.2.\($0)>" }.joined(separator: ", ")
        #expect(try table.apply(request(plain), callID: [99], at: start).count == count)
        for number in 1...16 {
            #expect(try table.apply(request(flow(number, at: "sip:a@198.51.100.1")), callID: [UInt8(number)], at: start).count == count + number)
        }
        #expect(throws: Refusal(.tooManyContacts, "")) { try table.apply(request(flow(17)), callID: [77], at: start) }
        #expect(try table.apply(request(plain), callID: [98], at: start).count == count)
    }

    @Test func `seventeen contacts without flow are too many`() throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        let plain = (1...17).map { "<sip:a@192.0.2.\($0)>" }.joined(separator: ", ")
        #expect(throws: Refusal(.tooManyContacts, "")) { try table.apply(request(plain), callID: [1], at: start) }
        #expect(table.registration(of: impu, at: start) == nil)
    }

    /// A contact with this many bytes as an answer has it.
    private func long(_ number: Int, _ bytes: Int) throws -> String {
        let short = flow(number) + ";x="
        guard case .list(let contacts) = try SIPHeaders([SIPHeader(.contact, short + "x")]).contacts() else { return short }
        let shortest = GrantedContact(contact: contacts[0], expires: 3_600).bytesMax - 1
        return short + String(repeating: "x", count: bytes - shortest)
    }

    @Test(arguments: [(2, 8_192), (4, 4_096), (16, 1_024)]) func `the contacts of one user have a bound in bytes`(count: Int, each: Int) throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        for number in 1...count { _ = try table.apply(request(long(number, each)), callID: [UInt8(number)], at: start) }
        #expect(throws: Refusal(.tooManyContacts, "")) { try table.apply(request(flow(20)), callID: [77], at: start) }
        #expect(throws: Refusal(.tooManyContacts, "")) { try table.apply(request(long(1, each + 1)), callID: [78], at: start) }
        #expect(table.registration(of: impu, at: start)?.contacts.count == count, "a refusal changes nothing")
        #expect(try table.apply(request(long(1, each)), callID: [79], at: start).count == count, "a flow may be refreshed")
        #expect(try table.apply(request(flow(2), expires: 0), callID: [80], at: start).count == count - 1)
        #expect(try table.apply(request("<sip:a@192.0.2.5>"), callID: [81], at: start).count == 1)
    }

    @Test func `the contacts of one public identity have a bound in bytes, whoever its users are`() throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        for user in ["a", "b"] {
            for number in 1...2 {
                _ = try table.apply(request(long(number, 8_192), impi: "\(user)@p.example"), callID: Array("\(user)\(number)".utf8), at: start)
            }
        }
        #expect(throws: Refusal(.tooManyContacts, "")) { try table.apply(request(flow(1), impi: "c@p.example"), callID: [77], at: start) }
        #expect(try table.apply(request(flow(2), expires: 0), callID: [80], at: start).count == 3)
        #expect(try table.apply(request(flow(1), impi: "c@p.example"), callID: [78], at: start).count == 4)
    }

    @Test func `the bound is each user's own`() throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        for number in 1...16 { _ = try table.apply(request(flow(number)), callID: [UInt8(number)], at: start) }
        #expect(try table.apply(request(flow(1), impi: "b@p.example"), callID: [99], at: start).count == 17)
    }

    @Test func `an older request of the same Call-ID does not take the place of a newer one`() throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        _ = try table.apply(request("<sip:a@192.0.2.2>", cSeq: 4), callID: [1], at: start)
        for contact in ["<sip:a@192.0.2.1>", "<sip:a@192.0.2.2>"] {
            #expect(throws: Refusal(.outOfOrder, "")) { try table.apply(request(contact, cSeq: 3), callID: [1], at: start) }
        }
    }

    @Test(arguments: [(600_000 as UInt32?, 3_600), (nil, 3_600), (3_599, 3_599), (60, 60)])
    func `the registration time is at most the bound`(asked: UInt32?, granted: Int) throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        #expect(try table.apply(request("<sip:a@192.0.2.2>", expires: asked), callID: [1], at: start).map(\.expires) == [granted])
    }

    @Test func `a removal removes what it names`() throws {
        var table = RegistrationTable(limits: SipCoreLimits(), now: .now())
        _ = try table.apply(request("<sip:a@192.0.2.1>, <sip:a@192.0.2.2>"), callID: [1], at: start)
        #expect(uris(try table.apply(request("<sip:a@192.0.2.1>;expires=0"), callID: [2], at: start)) == ["sip:a@192.0.2.2"])
        #expect(try table.apply(request("*", expires: 0), callID: [3], at: start).isEmpty)
        #expect(table.registration(of: impu, at: start) == nil)
    }
}

extension RegistrationTable {
    /// Decides and does it at once.
    fileprivate mutating func apply(_ request: UERequest, callID: [UInt8], at now: Instant) throws(Refusal) -> [GrantedContact] {
        let (changes, granted) = try decide(request, callID: callID, in: RegistrationSet(of: request.user.impu, []), at: now)
        for change in changes { make(change) }
        return granted
    }
}
