/// Sixteen bytes that are looked at in one step, and the marks that say what was seen: the top bit of each byte; the other bits mean nothing.
///
/// Only arithmetic, because the compiler makes one instruction of each operation. A comparison of SIMD values becomes a loop over their bytes
/// (Swift 6.3), and so does a loop of ours where modules are optimised together.
@usableFromInline package typealias ByteBlock = SIMD16<UInt8>

extension ByteBlock {
    @inlinable @inline(__always) package init(all byte: UInt8) { self.init(repeating: byte) }

    // Right for ASCII; a byte beyond it has its own top bit set, which `block | …` marks too.

    @inlinable @inline(__always) package func isBelow(_ bound: UInt8) -> ByteBlock { ~(self &+ ByteBlock(all: 0x80 &- bound)) }

    @inlinable @inline(__always) package func isAbove(_ bound: UInt8) -> ByteBlock { self &+ ByteBlock(all: 0x7f &- bound) }

    @inlinable @inline(__always) package func equals(_ byte: UInt8) -> ByteBlock { ~((self ^ ByteBlock(all: byte)) &+ ByteBlock(all: 0x7f)) }

    @inlinable @inline(__always) package func isWithin(_ range: ClosedRange<UInt8>) -> ByteBlock {
        ~(isBelow(range.lowerBound) | isAbove(range.upperBound))
    }

    @inlinable @inline(__always) package var isLowerCase: ByteBlock { isWithin(UInt8(ascii: "a")...UInt8(ascii: "z")) }
    @inlinable @inline(__always) package var isUpperCase: ByteBlock { isWithin(UInt8(ascii: "A")...UInt8(ascii: "Z")) }
    @inlinable @inline(__always) package var isDigit: ByteBlock { isWithin(UInt8(ascii: "0")...UInt8(ascii: "9")) }
    @inlinable @inline(__always) package var isHyphenOrDot: ByteBlock { isWithin(UInt8(ascii: "-")...UInt8(ascii: ".")) }

    /// Printable ASCII, not the space.
    @inlinable @inline(__always) package var isVisible: ByteBlock { isWithin(0x21...0x7e) }

    /// The place of the first byte that is marked; 16 where none is.
    @inlinable @inline(__always) package var firstMark: Int {
        let words = (self & ByteBlock(all: 0x80)).words
        if words[0] != 0 { return words[0].trailingZeroBitCount / 8 }
        return words[1] != 0 ? 8 + words[1].trailingZeroBitCount / 8 : 16
    }

    /// The first eight bytes and the last eight, as they lie in memory: the first in the lowest byte.
    @inlinable @inline(__always) package var words: SIMD2<UInt64> {
        // Safety: both are sixteen bytes that may be anything.
        unsafeBitCast(self, to: SIMD2<UInt64>.self)
    }

    @inlinable @inline(__always) package init(words: SIMD2<UInt64>) {
        // Safety: as above.
        self = unsafeBitCast(words, to: ByteBlock.self)
    }
}

extension UnsafeRawBufferPointer {
    /// The place of the first byte at or after `start` that `marks` marks; `count` where it marks none.
    @inlinable @inline(__always) package func firstMark(from start: Int = 0, _ marks: (ByteBlock) -> ByteBlock) -> Int {
        var position = start
        while count - position >= 16 {
            let first = marks(loadUnaligned(fromByteOffset: position, as: ByteBlock.self)).firstMark
            if first < 16 { return position + first }
            position &+= 16
        }
        return Swift.min(position + marks(lastBytes(from: position)).firstMark, count)
    }

    /// Whether `marks` marks none of the bytes.
    @inlinable @inline(__always) package func hasNoMark(_ marks: (ByteBlock) -> ByteBlock) -> Bool { firstMark(marks) == count }

    /// The bytes from `start` on, fewer than sixteen, and zeros after them.
    @inlinable @inline(__always) package func lastBytes(from start: Int) -> ByteBlock {
        let rest = count - start
        precondition(0..<16 ~= rest, "less than a block")
        guard rest >= 8 else { return ByteBlock(words: SIMD2(lastFewBytes(from: start), 0)) }
        let low = loadUnaligned(fromByteOffset: start, as: UInt64.self)
        // The last eight overlap with those.
        let high = rest == 8 ? 0 : loadUnaligned(fromByteOffset: count - 8, as: UInt64.self) &>> UInt64(truncatingIfNeeded: 8 * (16 - rest))
        return ByteBlock(words: SIMD2(low, high))
    }

    /// The bytes from `start` on, fewer than eight, in the lowest bytes of a word.
    @inlinable package func lastFewBytes(from start: Int) -> UInt64 {
        let rest = count - start
        if rest >= 4 {
            let last = UInt64(loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)) &<< UInt64(truncatingIfNeeded: 8 * (rest - 4))
            return UInt64(loadUnaligned(fromByteOffset: start, as: UInt32.self)) | last
        }
        guard rest > 0 else { return 0 }
        let middle = rest / 2
        let last = UInt64(self[count - 1]) &<< UInt64(truncatingIfNeeded: 8 * (rest - 1))
        return UInt64(self[start]) | UInt64(self[start + middle]) &<< UInt64(truncatingIfNeeded: 8 * middle) | last
    }
}

extension [UInt8] {
    /// Whether `marks` marks none of the bytes from `start` on.
    @inlinable @inline(__always) package func hasNoMark(from start: Int = 0, _ marks: (ByteBlock) -> ByteBlock) -> Bool {
        withUnsafeBytes { $0.firstMark(from: start, marks) } == count
    }
}

extension ArraySlice<UInt8> {
    /// Whether `marks` marks none of the bytes.
    @inlinable @inline(__always) package func hasNoMark(_ marks: (ByteBlock) -> ByteBlock) -> Bool { withUnsafeBytes { $0.hasNoMark(marks) } }
}
