import AKA
import Base
import Testing
import Vectors

@Suite struct SequenceNumberWindowTests {
    private func sqn(_ seq: UInt64, _ ind: Int) throws -> SQN { try SQN(seq: seq, ind: IND(ind)) }

    private func window(_ seq: UInt64 = 0, ageLimit: UInt64? = nil) throws -> SequenceNumberWindow {
        SequenceNumberWindow(lastAccepted: try sqn(seq, 0), ageLimit: ageLimit)
    }

    @Test func `different slots accept out of order`() throws {
        var window = try window()
        for (seq, ind) in [(10, 3), (4, 7), (9, 0), (2, 31), (5, 7)] as [(UInt64, Int)] {
            let accepted = window.accept(try sqn(seq, ind))
            #expect(accepted, "\(seq) in slot \(ind)")
        }
        #expect(try window.highest == sqn(10, 3))
    }

    @Test func `a replay and an older number of the same slot are refused`() throws {
        var window = try window()
        let results = [window.accept(try sqn(10, 3)), window.accept(try sqn(10, 3)), window.accept(try sqn(9, 3))]
        #expect(results == [true, false, false])
    }

    @Test func `a jump of Δ is accepted and one more refused`() throws {
        let delta = SequenceNumberPolicy.delta
        var one = try window(5)
        var other = try window(5)
        let results = [one.accept(try sqn(5 + delta, 1)), other.accept(try sqn(5 + delta + 1, 1))]
        #expect(results == [true, false])
        #expect(try other == window(5))
    }

    @Test func `the age limit refuses what lies L behind the highest`() throws {
        var window = try window(ageLimit: 32)
        let results = [
            window.accept(try sqn(100, 0)), window.accept(try sqn(69, 1)), window.accept(try sqn(68, 2)),
        ]
        #expect(results == [true, true, false])
    }

    @Test func `zero is never fresh on a new card`() throws {
        var window = try window()
        let accepted = window.accept(try sqn(0, 1))
        #expect(!accepted)
    }
}

@Suite struct ISIMTests {
    private let subscriber: Subscriber

    init() throws { subscriber = try Subscriber() }

    private func card(lastAccepted: UInt64 = 0) throws -> ISIM {
        try ISIM(key: .milenage(subscriber.key), window: SequenceNumberWindow(lastAccepted: SQN(lastAccepted)))
    }

    private func vector(seq: UInt64, ind: Int = 0, milenage: inout Milenage) throws -> AuthenticationVector {
        try milenage.vector(
            key: subscriber.key, amf: subscriber.amf, sqn: SQN(seq: seq, ind: IND(ind)), rand: SystemRandom().rands(1)[0])
    }

    @Test func `a fresh vector is answered with its own XRES, CK and IK`() throws {
        var milenage = try Milenage()
        var card = try card()
        let vector = try vector(seq: 1, milenage: &milenage)
        let outcome = try card.authenticate(rand: vector.rand, autn: vector.autn)
        #expect(outcome == .success(res: vector.xres, ck: vector.ck, ik: vector.ik))
    }

    @Test func `vectors of different slots are answered in any order`() throws {
        var milenage = try Milenage()
        var card = try card()
        for (seq, ind) in [(30, 2), (29, 1), (31, 1), (3, 16), (4, 16)] as [(UInt64, Int)] {
            let vector = try vector(seq: seq, ind: ind, milenage: &milenage)
            let outcome = try card.authenticate(rand: vector.rand, autn: vector.autn)
            #expect(outcome == .success(res: vector.xres, ck: vector.ck, ik: vector.ik), "\(seq) in slot \(ind)")
        }
    }

    @Test func `a replay brings an AUTS that the home can verify`() throws {
        var milenage = try Milenage()
        var card = try card()
        let vector = try vector(seq: 0x1000, ind: 3, milenage: &milenage)
        _ = try card.authenticate(rand: vector.rand, autn: vector.autn)
        let again = try card.authenticate(rand: vector.rand, autn: vector.autn)
        let sqnMS = try milenage.verify(auts: try #require(auts(again)), rand: vector.rand, key: subscriber.key)
        #expect(try sqnMS == SQN(seq: 0x1000, ind: IND(3)))
    }

    @Test func `the published AUTS answers a vector older than SQN_MS`() throws {
        var milenage = try Milenage()
        var card = try card(lastAccepted: 0x20003)
        let old = try milenage.vector(key: subscriber.key, amf: subscriber.amf, sqn: SQN(32), rand: subscriber.rand)
        let outcome = try card.authenticate(rand: old.rand, autn: old.autn)
        #expect(try outcome == .synchronisationFailure(AUTS(hex: "451e8beea438679f6095315c24f5")))
    }

    @Test func `a jump beyond Δ is refused and, after resynchronisation, the next vector is answered`() throws {
        var milenage = try Milenage()
        var card = try card(lastAccepted: 32 * 7)
        let home = SequenceNumberPolicy.delta + 8
        let far = try vector(seq: home, milenage: &milenage)
        let outcome = try card.authenticate(rand: far.rand, autn: far.autn)
        let sqnMS = try milenage.verify(auts: try #require(auts(outcome)), rand: far.rand, key: subscriber.key)
        #expect(SequenceNumberPolicy.resynchronised(homeSEQ: home, msSQN: sqnMS) == .moved(toSEQ: 7))
        let next = try vector(seq: 8, milenage: &milenage)
        let answer = try card.authenticate(rand: next.rand, autn: next.autn)
        #expect(answer == .success(res: next.xres, ck: next.ck, ik: next.ik))
    }

    @Test(arguments: 0..<128)
    func `an AUTN with any one bit flipped is a MAC failure and spends nothing`(bit: Int) throws {
        var milenage = try Milenage()
        var card = try card()
        let vector = try vector(seq: 1, milenage: &milenage)
        var octets = vector.autn.octets
        octets[bit / 8] ^= 0x80 >> UInt8(bit % 8)
        let outcome = try card.authenticate(rand: vector.rand, autn: AUTN(octets))
        #expect(outcome == .macFailure)
        let honest = try card.authenticate(rand: vector.rand, autn: vector.autn)
        #expect(honest == .success(res: vector.xres, ck: vector.ck, ik: vector.ik))
    }

    @Test func `a forged replay is a MAC failure, not a synchronisation failure`() throws {
        var milenage = try Milenage()
        var card = try card(lastAccepted: 0x20003)
        var octets = try vector(seq: 1, milenage: &milenage).autn.octets
        octets[15] ^= 1
        let outcome = try card.authenticate(rand: subscriber.rand, autn: AUTN(octets))
        #expect(outcome == .macFailure)
    }

    private func auts(_ outcome: ISIM.Outcome) -> AUTS? {
        if case .synchronisationFailure(let auts) = outcome { auts } else { nil }
    }
}
