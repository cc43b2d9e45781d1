internal import Base
package import Vectors

// What the octets of a challenge and of its refusal hold (TS 33.102 §6.3.2 and §6.3.3).

extension RAND {
    var block: Block { Block(high: value.high, low: value.low) }
}

extension AUTN {
    init(concealedSQN: UInt64, amf: AMF, macA: UInt64) {
        self.init(SixteenOctets(high: concealedSQN << 16 | UInt64(amf.value), low: macA))
    }

    package var amf: AMF { AMF(value: UInt16(truncatingIfNeeded: value.high)) }

    /// SQN ⊕ AK.
    var concealedSQN: UInt64 { value.high >> 16 }
    var macA: UInt64 { value.low }
}

extension AUTS {
    init(concealedSQN: UInt64, macS: UInt64) {
        // Six octets and eight, the last fourteen of two words.
        let words = SIMD2((concealedSQN).bigEndian, macS.bigEndian)
        self.init(ofRightLength: withUnsafeBytes(of: words) { SecretOctets(UnsafeRawBufferPointer(rebasing: $0[2...])) })
    }

    /// SQN_MS ⊕ f5*(RAND).
    var concealedSQN: UInt64 { secret.withOctets { UInt64(bigEndianOctets: $0.prefix(FortyEightBits.octetCount)) } }
    var macS: UInt64 { secret.withOctets { UInt64(bigEndianOctets: $0.dropFirst(FortyEightBits.octetCount)) } }
}
