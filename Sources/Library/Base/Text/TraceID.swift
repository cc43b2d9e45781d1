/// The identifier of a trace (W3C Trace Context §3.2.2.3) and of a SIP session (RFC 7989 §5): 32 lower-case hexadecimal digits.
package struct TraceID: Hashable, Sendable {
    package let octets: SixteenOctets

    package static let digitCount = 32

    package init(_ octets: SixteenOctets) { self.octets = octets }

    /// - Returns: nil unless the text is 32 digits in lower case.
    package init?(parsing text: some Collection<UInt8>) {
        guard text.count == TraceID.digitCount else { return nil }
        self.init(parsing: Array(text), at: 0)
    }

    /// - Parameter start: where the digits begin; there are 32 characters from there on.
    /// - Returns: nil unless these are digits, and the letters among them in lower case.
    package init?(parsing text: [UInt8], at start: Int) {
        guard let high = Hex.number(in: text, at: start), let low = Hex.number(in: text, at: start + TraceID.digitCount / 2) else { return nil }
        octets = SixteenOctets(high: high, low: low)
    }

    /// Whether it is the identifier that no trace has, and that stands for a session which is not known yet.
    package var isZero: Bool { octets.isZero }

    package var number: UInt128 { UInt128(octets.high) << 64 | UInt128(octets.low) }
}
