import COpenSSL

/// One AES block, most significant octet first.
typealias Block = SIMD16<UInt8>

extension SIMD16<UInt8> {
    /// - Precondition: `octets` counts 16; the callers have checked it.
    init(octets: UnsafeRawBufferPointer) {
        precondition(octets.count == Block.scalarCount)
        // Safety: the length was checked on the line above.
        self = octets.loadUnaligned(as: Block.self)
    }

    /// Two 64-bit numbers, as they would be written on the wire.
    init(high: UInt64, low: UInt64) {
        // Safety: both types are 16 plain octets.
        self = unsafeBitCast(SIMD2(high.bigEndian, low.bigEndian), to: Block.self)
    }

    /// Octets 0...7 as a number.
    var high: UInt64 { words[0].bigEndian }

    /// Octets 8...15 as a number.
    var low: UInt64 { words[1].bigEndian }

    /// Rotated left by a multiple of 32 bits: MILENAGE needs only 0, 32, 64 and 96 (TS 35.206 §4.1).
    func rotatedLeft(bits: Int) -> Block {
        // Safety: both types are 16 plain octets; whole words keep their order of octets.
        let quarters = unsafeBitCast(self, to: SIMD4<UInt32>.self)
        let shift = bits / 32
        var rotated = SIMD4<UInt32>()
        for index in 0..<4 { rotated[index] = quarters[(index + shift) & 3] }
        return unsafeBitCast(rotated, to: Block.self)
    }

    /// The 16 octets as an array.
    var octets: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }

    // Safety: both types are 16 plain octets.
    private var words: SIMD2<UInt64> { unsafeBitCast(self, to: SIMD2<UInt64>.self) }
}

/// The 48 bits of SQN and AK inside a wider number.
enum FortyEightBits {
    static let octetCount = 6
    static let max: UInt64 = 0xffff_ffff_ffff
}

extension UInt64 {
    /// A big-endian number from up to eight octets.
    init(bigEndianOctets octets: some Sequence<UInt8>) {
        self = octets.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The last `count` octets, most significant first.
    func bigEndianOctets(count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: self >> UInt64(8 * (count - 1 - $0))) }
    }
}
