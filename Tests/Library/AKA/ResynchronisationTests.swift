import AKA
import Base
import Testing
import Vectors

@Suite struct ResynchronisationTests {
    @Test(arguments: MilenageVector.all.filter { $0.auts != nil })
    func `AUTS of the published sets comes out and goes in`(vector: MilenageVector) throws {
        var milenage = try Milenage()
        let sqn = try SQN(hex: vector.sqn)
        let auts = try milenage.auts(sqnMS: sqn, rand: RAND(hex: vector.rand), key: vector.key())
        #expect(Hex.encode(auts.octets) == vector.auts)
        let read = try milenage.verify(auts: auts, rand: RAND(hex: vector.rand), key: vector.key())
        #expect(read == sqn)
    }

    @Test func `the AUTS of libosmocore's test is accepted`() throws {
        var milenage = try Milenage()
        let key = MilenageKey(
            k: try K(hex: "000102030405060708090a0b0c0d0e0f"), opc: try OPc(hex: "000102030405060708090a0b0c0d0e0f"))
        let sqn = try milenage.verify(
            auts: AUTS(hex: "8711a0ec9e1637df17f80b384ee4"), rand: RAND([UInt8](repeating: 0, count: 16)), key: key)
        #expect(try sqn == SQN(hex: "00000000001f"))
    }

    @Test func `an AUTS of the migration example yields its SQN_MS and the next vector`() throws {
        let subscriber = try Subscriber()
        var milenage = try Milenage()
        let sqnMS = try milenage.verify(
            auts: AUTS(hex: "451e8beea438679f6095315c24f5"), rand: subscriber.rand, key: subscriber.key)
        #expect(try sqnMS == SQN(hex: "000000020003"))
        let next = try #require(try sqnMS.next(ind: IND(4)))
        #expect(try next == SQN(hex: "000000020024"))
        let vector = try milenage.vector(
            key: subscriber.key, amf: subscriber.amf, sqn: next, rand: RAND(hex: "c00d603103dcee52c4478119494202e8"))
        #expect(Hex.encode(vector.autn.octets) == "891cc628ed208000f3503acb1a1d4584")
        #expect(Hex.encode(vector.xres.octets) == "0d36b3d6c4be6e90")
    }

    @Test(arguments: 0..<112)
    func `an AUTS with any one bit flipped is refused`(bit: Int) throws {
        let subscriber = try Subscriber()
        var milenage = try Milenage()
        var octets = try AUTS(hex: "451e8beea438679f6095315c24f5").octets
        octets[bit / 8] ^= 0x80 >> UInt8(bit % 8)
        #expect(refusal(of: try AUTS(octets), subscriber.rand, subscriber.key, &milenage) == .authenticationFailed)
    }

    @Test func `an AUTS for another challenge or another subscriber is refused`() throws {
        let subscriber = try Subscriber()
        var milenage = try Milenage()
        let auts = try AUTS(hex: "451e8beea438679f6095315c24f5")
        let otherRAND = try RAND(hex: "23553cbe9637a89d218ae64dae47bf36")
        let otherKey = MilenageKey(k: try K(hex: "465b5ce8b199b49faa5f0a2ee238a6bd"), opc: subscriber.key.opc)
        #expect(refusal(of: auts, otherRAND, subscriber.key, &milenage) == .authenticationFailed)
        #expect(refusal(of: auts, subscriber.rand, otherKey, &milenage) == .authenticationFailed)
        #expect(refusal(of: auts, subscriber.rand, subscriber.key, &milenage) == nil)
    }

    @Test func `MAC-S under the subscriber's AMF instead of the dummy is refused`() throws {
        let subscriber = try Subscriber()
        var milenage = try Milenage()
        let sqn = try SQN(hex: "000000020003")
        let right = try milenage.auts(sqnMS: sqn, rand: subscriber.rand, key: subscriber.key)
        let codes = try milenage.codes(key: subscriber.key, rand: subscriber.rand, sqn: sqn, amf: subscriber.amf)
        let wrong = try AUTS(hex: Hex.encode(right.octets.prefix(6)) + hex(codes.macS, octets: 8))
        #expect(refusal(of: wrong, subscriber.rand, subscriber.key, &milenage) == .authenticationFailed)
    }

    private func refusal(
        of auts: AUTS, _ rand: RAND, _ key: MilenageKey, _ milenage: inout Milenage
    ) -> AKAError.Code? {
        do {
            _ = try milenage.verify(auts: auts, rand: rand, key: key)
            return nil
        } catch { return error.code }
    }
}

@Suite struct SequenceNumberPolicyTests {
    private let delta = SequenceNumberPolicy.delta

    private func decide(home: UInt64, ms: UInt64) throws -> SequenceNumberPolicy.Decision {
        SequenceNumberPolicy.resynchronised(homeSEQ: home, msSQN: try SQN(seq: ms, ind: IND(9)))
    }

    @Test func `a home whose next number is greater than SEQ_MS stays`() throws {
        #expect(try decide(home: 100, ms: 100) == .unchanged)
        #expect(try decide(home: 101, ms: 100) == .unchanged)
        #expect(try decide(home: 0, ms: 0) == .unchanged)
    }

    @Test func `a home that lags behind moves to SEQ_MS`() throws {
        #expect(try decide(home: 99, ms: 100) == .moved(toSEQ: 100))
        #expect(try decide(home: 0, ms: SQN.seqMax) == .moved(toSEQ: SQN.seqMax))
    }

    @Test func `a home exactly Δ ahead with its next number stays, and one further moves back`() throws {
        #expect(try decide(home: 100 + delta - 1, ms: 100) == .unchanged)
        #expect(try decide(home: 100 + delta, ms: 100) == .moved(toSEQ: 100))
    }

    @Test func `numbers no home should hold do not trap`() throws {
        #expect(try decide(home: .max, ms: 0) == .moved(toSEQ: 0))
        #expect(try decide(home: .max, ms: SQN.seqMax) == .moved(toSEQ: SQN.seqMax))
        #expect(SequenceNumberPolicy.resynchronised(homeSEQ: 5, msSQN: try SQN(0), delta: 0) == .moved(toSEQ: 0))
    }

    @Test(arguments: [0, 1, 31, 1_000, 1 << 28, (1 << 28) + 1_000] as [UInt64])
    func `the number after the decision is accepted by that USIM in every slot`(home: UInt64) throws {
        for ms in [0, 1, 30, 1_000, 1 << 28, 1 << 29] as [UInt64] {
            for slot in 0..<IND.count {
                var window = SequenceNumberWindow(lastAccepted: try SQN(seq: ms, ind: IND(9)))
                let seq: UInt64 =
                    switch try decide(home: home, ms: ms) {
                    case .unchanged: home
                    case .moved(let toSEQ): toSEQ
                    }
                let accepted = window.accept(try SQN(seq: seq + 1, ind: IND(slot)))
                #expect(accepted, "home \(home), USIM \(ms), slot \(slot)")
            }
        }
    }
}
