package import Vectors

/// A sequence number of 48 bits: SEQ (43 bits), which only grows, and IND (5 bits), the slot of the USIM's array.
///
/// Source: TS 33.102 §6.3.2, Annex C.1.1 and C.3.2.
package struct SQN: FixedOctetValue, Hashable {
    package static let octetCount = FortyEightBits.octetCount
    /// Width of IND: an array of 32 entries, as the profiles of Annex C.3 have it.
    package static let indBits = 5
    package static let seqMax = FortyEightBits.max >> UInt64(indBits)

    /// 0...2⁴⁸−1.
    package let value: UInt64

    /// Where a new USIM begins: it has accepted nothing.
    package static var zero: SQN { SQN(fortyEightBits: 0) }

    /// - Throws: `.outOfRange` from 2⁴⁸ on.
    package init(_ value: UInt64) throws(AKAError) {
        guard value <= FortyEightBits.max else { throw AKAError(.outOfRange, "SQN takes 48 bits") }
        self.value = value
    }

    /// - Throws: `.outOfRange` if `seq` takes more than 43 bits.
    package init(seq: UInt64, ind: IND) throws(AKAError) {
        guard seq <= Self.seqMax else { throw AKAError(.outOfRange, "SEQ takes \(48 - Self.indBits) bits") }
        self.init(checkedSEQ: seq, ind: ind)
    }

    package init(_ octets: some Collection<UInt8>) throws(MalformedOctets) {
        try Self.checkCount(octets)
        value = UInt64(bigEndianOctets: octets)
    }

    init(checkedSEQ seq: UInt64, ind: IND) { value = seq << UInt64(Self.indBits) | UInt64(ind.value) }

    /// From 48 bits that a mask or a field's width has checked.
    init(fortyEightBits value: UInt64) { self.value = value & FortyEightBits.max }

    package var seq: UInt64 { value >> UInt64(Self.indBits) }
    package var ind: IND { IND(lowBitsOf: value) }
    package var octets: [UInt8] { value.bigEndianOctets(count: Self.octetCount) }

    /// The number after this one, in the slot `ind`.
    ///
    /// - Returns: nil when SEQ is used up. It never wraps: a USIM would refuse everything afterwards, and repeating
    ///   an SQN under one K is what the numbers exist to prevent (TS 33.102 Annex C.2.1).
    package func next(ind: IND) -> SQN? {
        guard seq < Self.seqMax else { return nil }
        return SQN(checkedSEQ: seq + 1, ind: ind)
    }
}

/// A slot of the USIM's array, 0...31: one for each system that asks, so that they never desynchronise one another.
///
/// Source: TS 33.102 Annex C.1.2 and C.3.4, TS 33.203 Annex G.
package struct IND: Hashable, Sendable {
    package static let count = 1 << SQN.indBits
    package static let all = (0..<UInt64(count)).map { IND(lowBitsOf: $0) }
    package static let zero = IND(lowBitsOf: 0)
    package static let last = IND(lowBitsOf: .max)

    package let value: UInt8

    /// - Throws: `.outOfRange` unless `value` is in 0..<32.
    package init(_ value: Int) throws(AKAError) {
        guard (0..<Self.count).contains(value) else { throw AKAError(.outOfRange, "IND takes \(SQN.indBits) bits") }
        self.value = UInt8(truncatingIfNeeded: value)
    }

    init(lowBitsOf sqn: UInt64) { value = UInt8(truncatingIfNeeded: sqn & UInt64(Self.count - 1)) }
}
