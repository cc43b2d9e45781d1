package import Base

/// The random challenge, 128 bits, used for one vector only (TS 33.102 §6.3.2).
package struct RAND: FixedOctets, Hashable {
    package static let octetCount = 16
    let block: Block

    init(block: Block) { self.block = block }

    package init(_ octets: some Collection<UInt8>) throws(AKAError) { block = try Self.block(octets) }

    package var octets: [UInt8] { block.octets }
    /// The octets without memory of their own.
    package var words: SixteenOctets { SixteenOctets(high: block.high, low: block.low) }
}

/// The network's proof: SQN hidden by AK (48 bits), AMF (16), MAC-A (64) (TS 33.102 §6.3.2).
package struct AUTN: FixedOctets, Hashable {
    package static let octetCount = 16
    let block: Block

    package init(_ octets: some Collection<UInt8>) throws(AKAError) { block = try Self.block(octets) }

    init(concealedSQN: UInt64, amf: AMF, macA: UInt64) {
        block = Block(high: concealedSQN << 16 | UInt64(amf.value), low: macA)
    }

    package var octets: [UInt8] { block.octets }
    /// The octets without memory of their own.
    package var words: SixteenOctets { SixteenOctets(high: block.high, low: block.low) }
    package var amf: AMF { AMF(value: UInt16(truncatingIfNeeded: block.high)) }

    /// SQN ⊕ AK.
    var concealedSQN: UInt64 { block.high >> 16 }
    var macA: UInt64 { block.low }
}

/// The authentication management field, 16 bits; part of the subscriber's data (TS 33.102 §6.3.2 and Annex F).
package struct AMF: FixedOctets, Hashable {
    package static let octetCount = 2
    package let value: UInt16

    package init(value: UInt16) { self.value = value }

    package init(_ octets: some Collection<UInt8>) throws(AKAError) {
        try Self.checkCount(octets)
        value = UInt16(truncatingIfNeeded: UInt64(bigEndianOctets: octets))
    }

    package var octets: [UInt8] { UInt64(value).bigEndianOctets(count: Self.octetCount) }

    /// AMF*, the dummy value under MAC-S, so that it need not be sent (TS 33.102 §6.3.3).
    static let resynchronisation = AMF(value: 0)
}

/// The UE's answer to an SQN it does not accept: SQN_MS hidden by f5* (48 bits), MAC-S (64) (TS 33.102 §6.3.3).
package struct AUTS: FixedOctets, Hashable {
    package static let octetCount = 14
    /// SQN_MS ⊕ f5*(RAND).
    let concealedSQN: UInt64
    let macS: UInt64

    init(concealedSQN: UInt64, macS: UInt64) {
        self.concealedSQN = concealedSQN
        self.macS = macS
    }

    package init(_ octets: some Collection<UInt8>) throws(AKAError) {
        try Self.checkCount(octets)
        concealedSQN = UInt64(bigEndianOctets: octets.prefix(FortyEightBits.octetCount))
        macS = UInt64(bigEndianOctets: octets.dropFirst(FortyEightBits.octetCount))
    }

    package var octets: [UInt8] {
        concealedSQN.bigEndianOctets(count: FortyEightBits.octetCount) + macS.bigEndianOctets(count: 8)
    }
}

extension FixedOctets {
    fileprivate static func block(_ octets: some Collection<UInt8>) throws(AKAError) -> Block {
        try checkCount(octets)
        return Array(octets).withUnsafeBytes { Block(octets: $0) }
    }
}
