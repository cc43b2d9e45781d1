/// A set of ASCII characters, one bit each: a look-up is a shift, not a search.
package struct ASCIISet: Sendable {
    /// The bits of 0x00 to 0x3f.
    @usableFromInline let low: UInt64
    /// The bits of 0x40 to 0x7f.
    @usableFromInline let high: UInt64

    /// A set that the compiler knows, so that nothing is computed or loaded at run time.
    @inlinable @inline(__always) package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// The set of the characters of a text.
    package init(_ members: StaticString) {
        var (low, high): (UInt64, UInt64) = (0, 0)
        for byte in members.view {
            precondition(byte < 0x80, "the members of the set are ASCII")
            if byte < 0x40 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 0x3f) }
        }
        self.init(low: low, high: high)
    }

    @inlinable @inline(__always) package func contains(_ byte: UInt8) -> Bool {
        let bits = byte & 0x40 == 0 ? low : high
        return byte < 0x80 && (bits >> UInt64(byte & 0x3f)) & 1 != 0
    }
}
