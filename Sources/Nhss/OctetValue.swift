package import Octets

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

    /// Hexadecimal digits in either case, two an octet.
    package init(hex text: some Collection<UInt8>) throws(MalformedValue) {
        guard let octets = Hex.decode(text) else { throw MalformedValue(.character, "is not an even number of hexadecimal digits") }
        try self.init(octets: octets)
    }

    /// As the readers of messages have it; they are in another module, where the one above costs a call for each digit.
    package init(hex text: ArraySlice<UInt8>) throws(MalformedValue) {
        guard let octets = Hex.decode(text) else { throw MalformedValue(.character, "is not an even number of hexadecimal digits") }
        try self.init(octets: octets)
    }

    package init(hex text: String) throws(MalformedValue) { try self.init(hex: Array(text.utf8)[...]) }
}

/// Octets that must not be seen: they are handed over with their owner, not copied.
package protocol SecretOctetValue: OctetValue {
    var secret: SecretOctets { get }
    init(ofRightLength secret: SecretOctets)
}

extension SecretOctetValue {
    package init(_ secret: SecretOctets) throws(MalformedValue) {
        guard Self.octetCount ~= secret.count else { throw MalformedValue(.length, "has the wrong length") }
        self.init(ofRightLength: secret)
    }

    package init(ofRightLength octets: [UInt8]) { self.init(ofRightLength: SecretOctets(octets)) }

    /// A copy.
    package var octets: [UInt8] { secret.octets }
}
