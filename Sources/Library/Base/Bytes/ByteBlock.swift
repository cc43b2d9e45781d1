/// Sixteen bytes that are looked at in one step. A test gives marks: the top bit of a byte says that the byte passes; its other bits mean nothing.
///
/// The tests are arithmetic, of which each operation is one instruction. A comparison of SIMD values becomes a loop over their bytes (Swift 6.3).
@usableFromInline package typealias ByteBlock = SIMD16<UInt8>

extension ByteBlock {
    @inlinable @inline(__always) package init(all byte: UInt8) { self.init(repeating: byte) }

    // These tests are right for ASCII. A byte beyond it has its top bit set, so `block | test` marks it as well, and `test & ~block` does not.

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

    /// Printable ASCII without the space.
    @inlinable @inline(__always) package var isVisible: ByteBlock { isWithin(0x21...0x7e) }

    /// The position of the first marked byte; 16 where none is marked.
    @inlinable @inline(__always) package var firstMark: Int {
        let words = (self & ByteBlock(all: 0x80)).words
        if words[0] != 0 { return words[0].trailingZeroBitCount / 8 }
        return words[1] != 0 ? 8 + words[1].trailingZeroBitCount / 8 : 16
    }

    /// The first eight bytes and the last eight, each in the order of memory: the first byte is the lowest of its word.
    @inlinable @inline(__always) package var words: SIMD2<UInt64> {
        // Safety: both types are sixteen bytes of which every value is valid.
        unsafeBitCast(self, to: SIMD2<UInt64>.self)
    }

    @inlinable @inline(__always) package init(words: SIMD2<UInt64>) {
        // Safety: as for `words`.
        self = unsafeBitCast(words, to: ByteBlock.self)
    }
}

extension UnsafeRawBufferPointer {
    /// The position of the first byte at or after `start` that `marks` marks; `count` where it marks none.
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

    /// The bytes from `start` on, which are fewer than sixteen, followed by zeros.
    @inlinable @inline(__always) package func lastBytes(from start: Int) -> ByteBlock {
        let rest = count - start
        precondition(0..<16 ~= rest, "less than a block")
        guard rest >= 8 else { return ByteBlock(words: SIMD2(lastFewBytes(from: start), 0)) }
        let low = loadUnaligned(fromByteOffset: start, as: UInt64.self)
        // The last eight bytes overlap with the first eight.
        let high = rest == 8 ? 0 : loadUnaligned(fromByteOffset: count - 8, as: UInt64.self) &>> UInt64(truncatingIfNeeded: 8 * (16 - rest))
        return ByteBlock(words: SIMD2(low, high))
    }

    /// The bytes from `start` on, which are fewer than eight, in the lowest bytes of a word.
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
