import AKA
import Base
import Nhss
import Testing
import Vectors

@testable import AuthDB

@Suite struct AdmissionTests {
    typealias Resynchronisation = AuthenticationInformationRequest.Resynchronisation

    let laboratory: Laboratory
    let key: MilenageKey

    init() throws {
        laboratory = try Laboratory()
        key = try Canary.key()
    }

    /// What is wrong with a question, and which of it is the answer: the first in the order of TS 29.228 §6.3.1.
    struct Case: Sendable, CustomTestStringConvertible {
        var impi = Laboratory.user
        var impu: String? = "sip:user1@primary.example"
        var scheme = SIPAuthenticationScheme.digestAKAv1MD5
        var hasForgedAUTS = false
        var peer: String? = Laboratory.ownSystem
        let answer: AuthFailure.Code?

        var testDescription: String { "\(impi) \(impu ?? "-") \(scheme.text) \(hasForgedAUTS) \(peer ?? "-")" }
    }

    static let cases = [
        Case(answer: nil),
        Case(impu: nil, answer: nil),
        Case(hasForgedAUTS: true, answer: .authenticationRejected),
        Case(scheme: .unknown, answer: .schemeNotSupported),
        Case(scheme: .digestHTTP, answer: .schemeNotSupported),
        Case(scheme: .other("X"), hasForgedAUTS: true, answer: .schemeNotSupported),
        Case(impu: "sip:user2@primary.example", answer: .identitiesDontMatch),
        Case(impu: "sip:user2@primary.example", scheme: .nba, hasForgedAUTS: true, answer: .identitiesDontMatch),
        Case(impu: "sip:nobody@primary.example", answer: .userNotFound),
        Case(impi: "nobody@primary.example", impu: nil, answer: .userNotFound),
        Case(impi: "nobody@primary.example", scheme: .giba, hasForgedAUTS: true, answer: .userNotFound),
        Case(impi: "off@primary.example", impu: nil, answer: .userNotFound),
        Case(impi: "off@primary.example", impu: "sip:user1@primary.example", scheme: .unknown, answer: .userNotFound),
        Case(peer: "partner.example", answer: .requesterNotAuthorised),
        Case(impi: "nobody@primary.example", impu: nil, peer: "partner.example", answer: .requesterNotAuthorised),
        Case(peer: nil, answer: .requesterNotAuthorised),
    ]

    @Test(arguments: cases) func `the first check that fails is the answer and nothing is spent`(_ item: Case) async throws {
        await laboratory.provision()
        await laboratory.provision("user2@primary.example")
        await laboratory.provision("off@primary.example", more: ",\"enabled\":false")
        let forged = Resynchronisation(rand: try RAND([UInt8](repeating: 1, count: 16)), auts: try AUTS([UInt8](repeating: 2, count: 14)))
        let failure = try await laboratory.failure {
            try await laboratory.ask(
                item.impi, impu: item.impu, scheme: item.scheme, resynchronisation: item.hasForgedAUTS ? forged : nil, peer: item.peer)
        }
        #expect(failure == item.answer)
        #expect(try await laboratory.currentSQN().seq == (item.answer == nil ? 1 : 0))
    }

    @Test func `a subscriber is found by every way of writing its realm and only by its own user part`() async throws {
        await laboratory.provision()
        #expect(try await laboratory.ask("user1@PRIMARY.example").count == 1)
        #expect(try await laboratory.failure { try await laboratory.ask("User1@primary.example") } == .userNotFound)
    }

    // MARK: resynchronisation

    /// A card that has accepted everything up to this SEQ, and what it says to a vector it takes for stale.
    func synchronisationFailure(at seq: UInt64, _ vector: AuthenticationVector) throws -> Resynchronisation? {
        var isim = try ISIM(key: .milenage(key), window: SequenceNumberWindow(lastAccepted: SQN(seq: seq, ind: IND(0))))
        guard case .synchronisationFailure(let auts) = try isim.authenticate(rand: vector.rand, autn: vector.autn) else { return nil }
        return Resynchronisation(rand: vector.rand, auts: auts)
    }

    @Test func `a card that is ahead moves the counter to where it stands`() async throws {
        await laboratory.provision()
        let stale = try #require(try await laboratory.ask().first)
        let resynchronisation = try #require(try synchronisationFailure(at: 5_000, stale))
        let fresh = try await laboratory.ask(number: 2, resynchronisation: resynchronisation)
        #expect(try fresh.map { try $0.sqn(key).seq } == [5_001, 5_002])
        #expect(laboratory.events.seen.withLock { $0 } == [.issued(count: 1), .resynchronised(.moved(toSEQ: 5_000)), .issued(count: 2)])
    }

    @Test func `an AUTS that is sent again moves nothing back`() async throws {
        await laboratory.provision()
        let stale = try #require(try await laboratory.ask().first)
        let resynchronisation = try #require(try synchronisationFailure(at: 5_000, stale))
        for round in 1...5 as ClosedRange<UInt64> {
            #expect(try await laboratory.ask(resynchronisation: resynchronisation).map { try $0.sqn(key).seq } == [5_000 + round])
        }
    }

    @Test func `many that send one AUTS at once get different numbers`() async throws {
        await laboratory.provision()
        let stale = try #require(try await laboratory.ask().first)
        let resynchronisation = try #require(try synchronisationFailure(at: 5_000, stale))
        let vectors = try await withThrowingTaskGroup(of: [AuthenticationVector].self) { group in
            for _ in 0..<100 { group.addTask { try await laboratory.ask(resynchronisation: resynchronisation) } }
            for _ in 0..<100 { group.addTask { try await laboratory.ask() } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(try vectors.map { try $0.sqn(key).seq }).count == 200)
    }

    @Test func `a card that is behind but in range moves nothing`() async throws {
        await laboratory.provision()
        let vectors = try await laboratory.ask(number: 3)
        var isim = try ISIM(key: .milenage(key), window: SequenceNumberWindow(lastAccepted: SQN(0)))
        let last = try #require(vectors.last)
        _ = try isim.authenticate(rand: last.rand, autn: last.autn)
        guard case .synchronisationFailure(let auts) = try isim.authenticate(rand: last.rand, autn: last.autn) else {
            Issue.record("a vector was taken twice")
            return
        }
        let again = try await laboratory.ask(resynchronisation: Resynchronisation(rand: last.rand, auts: auts))
        #expect(try again.map { try $0.sqn(key).seq } == [4])
        #expect(laboratory.events.seen.withLock { $0 }.contains(.resynchronised(.unchanged)))
    }

    @Test(arguments: 0..<14) func `an AUTS with one bit changed is rejected and changes nothing`(octet: Int) async throws {
        await laboratory.provision()
        let stale = try #require(try await laboratory.ask().first)
        let good = try #require(try synchronisationFailure(at: 5_000, stale))
        var octets = good.auts.octets
        octets[octet] ^= 0x10
        let forged = Resynchronisation(rand: good.rand, auts: try AUTS(octets))
        #expect(try await laboratory.failure { try await laboratory.ask(resynchronisation: forged) } == .authenticationRejected)
        let wrongRAND = Resynchronisation(rand: try RAND([UInt8](repeating: 9, count: 16)), auts: good.auts)
        #expect(try await laboratory.failure { try await laboratory.ask(resynchronisation: wrongRAND) } == .authenticationRejected)
        #expect(try await laboratory.currentSQN().seq == 1)
        #expect(laboratory.events.seen.withLock { $0 } == [.issued(count: 1), .resynchronisationRejected, .resynchronisationRejected])
    }

    @Test func `only the S-CSCF that asked last for a system may resynchronise there`() async throws {
        await laboratory.provision()
        let stale = try #require(try await laboratory.ask(visited: "partner.example", server: "sip:one.example").first)
        let resynchronisation = try #require(try synchronisationFailure(at: 5_000, stale))
        let other = try await laboratory.failure {
            try await laboratory.ask(visited: "partner.example", server: "sip:two.example", resynchronisation: resynchronisation)
        }
        #expect(other == .authenticationRejected)
        #expect(try await laboratory.currentSQN().seq == 1)
        let same = try await laboratory.ask(visited: "partner.example", server: "sip:one.example", resynchronisation: resynchronisation)
        #expect(try same.map { try $0.sqn(key) } == [try SQN(seq: 5_001, ind: IND(16))])
    }
}
