import AKA
import Base
import Contracts
import Foundation
import Nhss
import SQLiteStore
import Store
import Support
import Testing
import Vectors

@testable import AuthDB

@Suite struct SequenceNumberTests {
    let laboratory: Laboratory
    let key: MilenageKey

    init() throws {
        laboratory = try Laboratory()
        key = try Canary.key()
    }

    @Test func `a thousand questions at once get a thousand sequence numbers, one after the other`() async throws {
        await laboratory.provision()
        let vectors = try await withThrowingTaskGroup(of: [AuthenticationVector].self) { group in
            for _ in 0..<1_000 { group.addTask { try await laboratory.ask() } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let sqns = try vectors.map { try $0.sqn(key) }
        #expect(sqns.map(\.seq).sorted() == Array(1...1_000))
        #expect(Set(vectors.map(\.rand)).count == 1_000)
        #expect(try await laboratory.currentSQN() == SQN(seq: 1_000, ind: IND(0)))
    }

    @Test func `several vectors come lowest number first and end where the counter stands`() async throws {
        await laboratory.provision(sqn: "000000000400")
        let sqns = try await laboratory.ask(number: 4).map { try $0.sqn(key) }
        #expect(sqns.map(\.seq) == [33, 34, 35, 36])
        #expect(try await laboratory.currentSQN() == sqns.last)
    }

    @Test(arguments: [(1, 1), (5, 5), (6, 5), (1_000_000, 5)]) func `however many are asked for, five is the most`(asked: Int, given: Int)
        async throws
    {
        await laboratory.provision()
        #expect(try await laboratory.ask(number: asked).count == given)
        #expect(try await laboratory.currentSQN().seq == UInt64(given))
    }

    @Test func `every system that asks has a slot of its own and the numbers of all grow together`() async throws {
        await laboratory.provision()
        var sqns: [SQN] = []
        for system in [nil, "a.example", "b.example", nil, "a.example", "primary.example"] as [String?] {
            sqns += try await laboratory.ask(visited: system).map { try $0.sqn(key) }
        }
        #expect(sqns.map(\.ind.value) == [0, 16, 17, 0, 16, 0])
        #expect(sqns.map(\.seq) == [1, 2, 3, 4, 5, 6])
    }

    @Test func `a slot is kept over a restart`() async throws {
        await laboratory.provision()
        _ = try await laboratory.ask(visited: "a.example")
        _ = try await laboratory.ask(visited: "b.example")
        await laboratory.database.close()
        let again = try Laboratory(directory: laboratory.directory)
        let sqn = try await again.ask(visited: "b.example").map { try $0.sqn(key) }
        #expect(sqn == [try SQN(seq: 3, ind: IND(17))])
        await again.database.close()
    }

    @Test func `when all slots are taken the next system shares the one that fewest have`() async throws {
        await laboratory.provision()
        var slots: [UInt8] = []
        for number in 0..<18 { slots += try await laboratory.ask(visited: "s\(number).example").map { try $0.sqn(key).ind.value } }
        #expect(slots == Array(16...31) + [16, 17])
    }

    @Test func `an ISIM takes vectors of two systems in any order without a resynchronisation`() async throws {
        await laboratory.provision()
        var isim = try ISIM(key: .milenage(key), window: SequenceNumberWindow(lastAccepted: SQN(0)))
        let home = try await laboratory.ask(number: 5)
        let away = try await laboratory.ask(number: 5, visited: "partner.example")
        for vector in zip(away, home).flatMap({ [$0, $1] }) {
            let answer = try isim.authenticate(rand: vector.rand, autn: vector.autn)
            #expect(answer == .success(res: vector.xres, ck: vector.ck, ik: vector.ik))
        }
    }

    @Test func `used up numbers never start over`() async throws {
        await laboratory.provision(sqn: "ffffffffffc0")
        #expect(try await laboratory.ask().map { try $0.sqn(key).seq } == [SQN.seqMax])
        for _ in 0..<2 { #expect(try await laboratory.failure { try await laboratory.ask() } == .vectorGenerationFailed) }
        #expect(try await laboratory.currentSQN().seq == SQN.seqMax)
    }

    @Test func `a commit that fails leaves everybody without vectors and is fatal`() async throws {
        let failing = try Laboratory(
            policy: CommitPolicy { number throws(SQLiteError) in
                if number > 1 { throw SQLiteError(.ioError, "the sync failed") }
            })
        await failing.provision()
        let failures = try await withThrowingTaskGroup(of: AuthFailure.Code?.self) { group in
            for _ in 0..<50 { group.addTask { try await failing.failure { try await failing.ask() } } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(failures == Array(repeating: .internalFailure, count: 50))
        await failing.database.close()
        #expect(failing.events.fatal.withLock { $0 } == [StoreFailure(.failed, "")])
        #expect(failing.events.seen.withLock { $0 }.isEmpty)
    }

    @Test func `the database and its log are for their owner alone`() async throws {
        await laboratory.provision()
        for name in try FileManager.default.contentsOfDirectory(atPath: laboratory.directory.path) {
            let mode = try FileManager.default.attributesOfItem(atPath: laboratory.directory.file(name))[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
    }

    @Test func `the issuer keeps the contract of every source`() async throws {
        await laboratory.provision()
        let contract = SourceContract(
            laboratory.source,
            answers: AuthenticationInformationRequest(
                impi: try IMPI(Laboratory.user), impu: try IMPU("sip:\(Laboratory.user)"), cscfServerName: "sip:scscf.example", numberOfItems: 2),
            knowsNothingOf: try IMPI("nobody@primary.example"), in: try laboratory.context())
        #expect(await contract.breaches() == [])
    }
}

/// TS 35.208, as the AKA tests carry it.
struct PublishedSet: Decodable, Sendable, CustomTestStringConvertible {
    let id, k, opc, rand, sqn, amf, f1, f2, f3, f4, f5: String

    var testDescription: String { id }

    static let all: [PublishedSet] = {
        let file = Checkout.root.appending(path: "Tests/Library/AKA/Vectors/milenage.json")
        return (try? Data(contentsOf: file)).flatMap { try? JSONDecoder().decode([PublishedSet].self, from: $0) } ?? []
    }()
}

private struct OneRandom: RandomSource {
    let value: RAND
    func rands(_ count: Int) throws(AKAError) -> [RAND] { Array(repeating: value, count: count) }
}

@Suite struct AuthenticationCentreTests {
    @Test func `there are published sets`() { #expect(PublishedSet.all.count >= 20) }

    @Test(arguments: PublishedSet.all) func `a vector holds what the published set says`(_ set: PublishedSet) throws {
        let centre = try AuthenticationCentre(random: OneRandom(value: try RAND(hex: set.rand)))
        let credentials = Credentials(
            key: .milenage(MilenageKey(k: try K(hex: set.k), opc: try OPc(hex: set.opc))), amf: try AMF(hex: set.amf), enabled: true, sqn: try SQN(0))
        let vector = try centre.vector(try SQN(hex: set.sqn), credentials)
        #expect(Hex.encode(vector.rand.octets) == set.rand)
        #expect(Hex.encode(vector.xres.octets) == set.f2)
        #expect(Hex.encode(vector.ck.octets) == set.f3)
        #expect(Hex.encode(vector.ik.octets) == set.f4)
        let concealed = try #require(Hex.decode(set.sqn.utf8)).enumerated().map { $1 ^ (Hex.decode(set.f5.utf8)?[$0] ?? 0) }
        #expect(Hex.encode(vector.autn.octets) == Hex.encode(concealed) + set.amf + set.f1)
    }
}
