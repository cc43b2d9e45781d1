/// Sixteen octets in two words, without memory of their own. Not for secrets.
///
/// Two words and not a `UInt128`, because asynchronous functions with a value aligned to 16 bytes crash in debug builds of Swift 6.3.1.
public struct SixteenOctets: Hashable, Sendable {
    /// The first eight octets; the first of them is the most significant. `low` has the last eight.
    @usableFromInline package let high: UInt64
    @usableFromInline package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Parameter octets: exactly sixteen.
    package init(_ octets: [UInt8]) {
        precondition(octets.count == 16, "sixteen octets")
        self = octets.withUnsafeBytes { SixteenOctets($0) }
    }

    private init(_ octets: UnsafeRawBufferPointer) {
        high = UInt64(bigEndian: octets.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: octets.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// Reads hexadecimal text; nil where it is not 32 digits.
    package init?(hex text: UnsafeRawBufferPointer) {
        guard text.count == 32 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        guard withUnsafeMutableBytes(of: &words, { Hex.read(text, to: $0) }) else { return nil }
        (high, low) = (UInt64(bigEndian: words.0), UInt64(bigEndian: words.1))
    }

    /// A copy as an array.
    package var octets: [UInt8] { withOctets { Array($0) } }

    /// Lends the octets to `body`.
    @inlinable public func withOctets<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { body($0) }
    }

    package var isZero: Bool { high | low == 0 }
}
