internal import Base

/// Octets whose number is fixed or bounded, and which text carries as hexadecimal digits.
package protocol OctetValue: Sendable, Equatable {
    /// How many octets a value may have.
    static var octetCounts: ClosedRange<Int> { get }

    /// A copy.
    var octets: [UInt8] { get }

    /// - Throws: `.length` unless the number of octets is one of `octetCounts`.
    init(_ octets: some Collection<UInt8>) throws(MalformedOctets)

    /// - Parameter hex: digits in either case, as ASCII bytes.
    /// - Throws: `.text` for anything but pairs of digits, `.length` for too few or too many.
    init(hex: some Collection<UInt8>) throws(MalformedOctets)
}

extension OctetValue {
    package init(hex: String) throws(MalformedOctets) { try self.init(hex: hex.utf8) }

    package init(hex: some Collection<UInt8>) throws(MalformedOctets) {
        guard let octets = Hex.decode(hex) else { throw .notHexadecimal }
        try self.init(octets)
    }

    /// - Throws: `.length`.
    package static func checkCount(_ octets: some Collection<UInt8>) throws(MalformedOctets) {
        guard octetCounts ~= octets.count else { throw .wrongLength }
    }
}

/// A value whose number of octets is always the same.
package protocol FixedOctetValue: OctetValue {
    static var octetCount: Int { get }
}

extension FixedOctetValue {
    package static var octetCounts: ClosedRange<Int> { octetCount...octetCount }
}
