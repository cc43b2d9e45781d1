import AKA
import Base
import Nhss
import SIP
import ServiceKit
import Testing
import Vectors

@testable import SipCoreStub

@Suite struct ChallengeTableTests {
    private let start = Instant.now
    private let user: UserIdentities

    init() throws { user = UserIdentities(impi: try IMPI("a@p.example"), impu: try IMPU("sip:a@p.example")) }

    private func challenge(_ name: String, from address: String? = "192.0.2.1", callID: String = "call") throws -> OpenChallenge {
        OpenChallenge(
            callID: Array(callID.utf8), source: address.flatMap { SIPHost($0.utf8) }.map(SourceAddress.init),
            trace: TraceParent(random: { 7 }), rechallenges: 0, nonce: Array(name.utf8), rand: try SystemRandom().rands(1)[0],
            xres: try XRES(hex: "0011223344556677"), asked: start)
    }

    private func table(perUserMax: Int = 4) -> ChallengeTable { ChallengeTable(timeToLive: .seconds(10), countMax: 100, perUserMax: perUserMax) }

    private func has(_ name: String, _ table: inout ChallengeTable, callID: String? = "call") -> Bool {
        table.take(nonce: Array(name.utf8), callID: callID.map { Array($0.utf8) }, of: user, at: start) != nil
    }

    @Test func `a challenge is taken once, by its nonce and its Call-ID`() throws {
        var table = table()
        table.insert(try challenge("a"), for: user, at: start)
        table.insert(try challenge("b"), for: user, at: start)
        #expect(!has("c", &table) && !has("a", &table, callID: "other"))
        #expect(has("a", &table) && !has("a", &table) && has("b", &table, callID: nil))
        #expect(table.count == 0)
    }

    @Test func `a sender who asks again and again takes the place of its own challenges`() throws {
        var table = table()
        table.insert(try challenge("honest", from: "192.0.2.9"), for: user, at: start)
        for number in 0..<100 { table.insert(try challenge("\(number)"), for: user, at: start) }
        #expect(table.count == 4)
        #expect(has("honest", &table) && has("99", &table) && has("98", &table) && has("97", &table) && !has("96", &table))
    }

    @Test(arguments: ["[2001:db8::1:2]", "[2001:db8::ffff:ffff:ffff:ffff]"]) func `one network of IPv6 is one sender`(address: String) throws {
        var table = table(perUserMax: 2)
        table.insert(try challenge("honest", from: "[2001:db8:0:1::1]"), for: user, at: start)
        table.insert(try challenge("1", from: "[2001:db8::1]"), for: user, at: start)
        table.insert(try challenge("2", from: address), for: user, at: start)
        #expect(has("honest", &table) && has("2", &table) && !has("1", &table))
    }

    @Test func `an IPv4 address in an IPv6 one is the IPv4 address`() throws {
        let plain = try #require(SIPHost("192.0.2.1".utf8))
        let mapped = try #require(SIPHost("[::ffff:192.0.2.1]".utf8))
        #expect(SourceAddress(plain) == SourceAddress(mapped))
    }

    @Test func `of single challenges from many senders the oldest gives way`() throws {
        var table = table()
        for number in 0..<5 { table.insert(try challenge("\(number)", from: "192.0.2.\(number)"), for: user, at: start) }
        #expect(!has("0", &table) && has("1", &table) && has("4", &table))
    }

    @Test func `users do not take one another's places`() throws {
        var table = table()
        table.insert(try challenge("a"), for: user, at: start)
        let other = UserIdentities(impi: user.impi, impu: try IMPU("sip:b@p.example"))
        for number in 0..<100 { table.insert(try challenge("\(number)"), for: other, at: start) }
        #expect(has("a", &table) && table.count == 4)
        table.removeAll(of: other)
        #expect(table.count == 0)
    }

    @Test func `challenges end with their time`() throws {
        var table = table()
        table.insert(try challenge("a"), for: user, at: start)
        table.insert(try challenge("b"), for: user, at: start + .seconds(5))
        table.removeExpired(at: start + .seconds(10))
        #expect(table.count == 1)
        #expect(table.take(nonce: Array("b".utf8), callID: nil, of: user, at: start + .seconds(15)) == nil)
    }
}
