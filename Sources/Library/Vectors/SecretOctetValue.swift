package import Base

/// Octets that nobody may see: they are handed over with their owner, not copied.
///
/// Prints `<redacted>`, compares in constant time, is wiped when the last owner lets go: see `SecretOctets`.
package protocol SecretOctetValue: OctetValue, CustomStringConvertible, CustomReflectable {
    var secret: SecretOctets { get }

    /// For callers that know the number of octets; everybody else calls `init(_:)`, which counts.
    init(ofRightLength secret: SecretOctets)
}

extension SecretOctetValue {
    package init(_ secret: SecretOctets) throws(MalformedOctets) {
        guard Self.octetCounts ~= secret.count else { throw .wrongLength }
        self.init(ofRightLength: secret)
    }

    package init(_ octets: some Collection<UInt8>) throws(MalformedOctets) {
        try Self.checkCount(octets)
        self.init(ofRightLength: SecretOctets(octets))
    }

    /// The digits are read into memory that is wiped, so that no copy of a key stays behind.
    package init(hex: some Collection<UInt8>) throws(MalformedOctets) {
        guard let secret = SecretOctets(hex: hex) else { throw .notHexadecimal }
        try self.init(secret)
    }

    package var octets: [UInt8] { secret.octets }

    package var description: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
