/// Sixteen octets in two words, so that they need no memory of their own; nothing secret.
///
/// Not one UInt128: what needs an alignment of 16 makes asynchronous functions jump to nowhere in debug builds of Swift 6.3.1.
public struct SixteenOctets: Hashable, Sendable {
    /// The first eight octets and the last eight, the first of each the most significant.
    @usableFromInline package let high: UInt64
    @usableFromInline package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Parameter octets: sixteen of them.
    package init(_ octets: [UInt8]) {
        precondition(octets.count == 16, "sixteen octets")
        self = octets.withUnsafeBytes { SixteenOctets($0) }
    }

    private init(_ octets: UnsafeRawBufferPointer) {
        high = UInt64(bigEndian: octets.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: octets.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// The octets of hexadecimal text; nil where it is none, or not 32 digits.
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
