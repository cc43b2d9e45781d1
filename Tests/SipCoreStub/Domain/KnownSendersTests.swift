import Base
import Nhss
import SIP
import Testing

@testable import SipCoreStub

@Suite struct KnownSendersTests {
    private let start = Instant.now
    private let user: IMPI
    private var senders = KnownSenders(SipCoreLimits())

    init() throws { user = try IMPI("a@p.example") }

    private func sender(_ address: String?, _ callID: String? = nil) throws -> RequestSender {
        let host = address.flatMap { SIPHost(address: $0.utf8) }
        return RequestSender(
            impi: user, source: host.map(SourceAddress.init), flow: host.map { SIPEndpoint(host: $0, port: 5_060) },
            callID: callID.map { Array($0.utf8) })
    }

    @Test mutating func `a user is known by the address and by the Call-ID`() throws {
        #expect(senders.standing(of: try sender("192.0.2.1", "x"), at: start) == .stranger)
        senders.note(try sender("192.0.2.1", "x"), at: start)
        #expect(senders.standing(of: try sender("192.0.2.1", "x"), at: start) == .callID)
        #expect(senders.standing(of: try sender("192.0.2.2", "x"), at: start) == .callID)
        #expect(senders.standing(of: try sender("192.0.2.1", "y"), at: start) == .address)
        #expect(senders.standing(of: try sender("::ffff:192.0.2.1", nil), at: start) == .address)
        #expect(senders.standing(of: try sender("192.0.2.2", "y"), at: start) == .stranger)
        #expect(senders.standing(of: try sender(nil, nil), at: start) == .stranger)
        #expect(senders.standing(of: try sender("192.0.2.1", "x"), at: start + SipCoreLimits().knownSourceTime) == .stranger)
    }

    @Test mutating func `an IPv6 network of 64 bits is one address`() throws {
        senders.note(try sender("2001:db8::1"), at: start)
        #expect(senders.standing(of: try sender("2001:db8::ffff:2"), at: start) == .address)
        #expect(senders.standing(of: try sender("2001:db8:0:1::1"), at: start) == .stranger)
    }

    @Test mutating func `the few addresses and Call-IDs that the user authenticated with last are known`() throws {
        for number in 1...20 { senders.note(try sender("192.0.2.\(number)", "\(number)"), at: start) }
        senders.note(try sender("192.0.2.17", "5"), at: start)
        senders.note(try sender("192.0.2.21", "21"), at: start)
        let addresses = try (1...21).filter { senders.standing(of: try sender("192.0.2.\($0)"), at: start) == .address }
        #expect(addresses == [17, 19, 20, 21])
        let callIDs = try (1...21).filter { senders.standing(of: try sender("198.51.100.1", "\($0)"), at: start) == .callID }
        #expect(callIDs == [5] + Array(7...21))
    }

    @Test mutating func `a Call-ID that is too long is not remembered`() throws {
        for length in [255, 256] {
            let callID = String(repeating: "c", count: length)
            senders.note(try sender("192.0.2.1", callID), at: start)
            #expect(senders.standing(of: try sender("192.0.2.1", callID), at: start) == (length == 255 ? .callID : .address))
        }
    }
}
