import AKA
import Testing
import Vectors

@Suite struct SQNTests {
    @Test func `SEQ is the upper 43 bits and IND the lower 5`() throws {
        let sqn = try SQN(hex: "000000020003")
        #expect(sqn.value == 0x20003)
        #expect(sqn.seq == 0x1000)
        #expect(sqn.ind == (try IND(3)))
        #expect(try SQN(seq: 0x1000, ind: IND(3)) == sqn)
    }

    @Test func `a number of 48 bits is taken and one of 49 refused`() throws {
        #expect(try SQN(0xffff_ffff_ffff).octets == [UInt8](repeating: 0xff, count: 6))
        #expect(throws: AKAError.self) { try SQN(0x1_0000_0000_0000) }
        #expect(throws: AKAError.self) { try SQN(UInt64.max) }
    }

    @Test func `SEQ of 43 bits is taken and one of 44 refused`() throws {
        #expect(try SQN(seq: SQN.seqMax, ind: IND(31)).value == 0xffff_ffff_ffff)
        #expect(throws: AKAError.self) { try SQN(seq: SQN.seqMax + 1, ind: IND(0)) }
        #expect(throws: AKAError.self) { try SQN(seq: UInt64.max, ind: IND(0)) }
    }

    @Test(arguments: ["", "00000000000", "0000000000000", "00000000000g", "+00000000001", "ffffffffffffff"])
    func `text that is not twelve hex digits is refused`(text: String) {
        #expect(malformed { () throws(MalformedOctets) in _ = try SQN(hex: text) })
    }

    @Test func `IND is one of 32 slots`() throws {
        #expect(try IND(31).value == 31)
        #expect(throws: AKAError.self) { try IND(32) }
        #expect(throws: AKAError.self) { try IND(-1) }
    }

    @Test func `the next number has the next SEQ whatever the slot`() throws {
        let sqn = try SQN(seq: 7, ind: IND(31))
        #expect(try sqn.next(ind: IND(0)) == SQN(seq: 8, ind: IND(0)))
        #expect(try sqn.next(ind: IND(31)) == SQN(seq: 8, ind: IND(31)))
    }

    @Test func `a used-up SEQ ends instead of wrapping`() throws {
        let last = try SQN(seq: SQN.seqMax - 1, ind: IND(5)).next(ind: IND(0))
        #expect(try last == SQN(seq: SQN.seqMax, ind: IND(0)))
        for slot in 0..<IND.count { #expect(try last?.next(ind: IND(slot)) == nil) }
    }
}
