package import Base

/// Octets of a fixed or bounded length that the wire carries as hexadecimal text.
package protocol OctetValue: Sendable, Equatable {
    static var octetCount: ClosedRange<Int> { get }
    var octets: [UInt8] { get }
    /// Conforming types only; everyone else calls `init(octets:)`, which counts.
    init(ofRightLength octets: [UInt8])
}

extension OctetValue {
    package init(octets: [UInt8]) throws(MalformedValue) {
        guard Self.octetCount ~= octets.count else { throw MalformedValue(.length, "has the wrong length") }
        self.init(ofRightLength: octets)
    }
}

/// Sixteen octets that anybody may see.
package protocol SixteenOctetValue: OctetValue {
    var value: SixteenOctets { get }
    init(_ value: SixteenOctets)
}

extension SixteenOctetValue {
    package static var octetCount: ClosedRange<Int> { 16...16 }

    package init(ofRightLength octets: [UInt8]) { self.init(SixteenOctets(octets)) }

    package var octets: [UInt8] { value.octets }
}

/// Octets that must not be seen: they are handed over with their owner, not copied.
package protocol SecretOctetValue: OctetValue {
    var secret: SecretOctets { get }
    init(ofRightLength secret: SecretOctets)
}

extension SecretOctetValue {
    @inlinable package init(_ secret: SecretOctets) throws(MalformedValue) {
        guard Self.octetCount ~= secret.count else { throw MalformedValue(.length, "has the wrong length") }
        self.init(ofRightLength: secret)
    }

    package init(ofRightLength octets: [UInt8]) { self.init(ofRightLength: SecretOctets(octets)) }

    /// A copy.
    package var octets: [UInt8] { secret.octets }
}
