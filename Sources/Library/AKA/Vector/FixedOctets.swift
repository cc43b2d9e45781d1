import Base
import COpenSSL

/// A value that is a fixed number of octets on the wire.
package protocol FixedOctets: Sendable {
    static var octetCount: Int { get }

    /// - Throws: `.malformed` unless there are exactly `octetCount` octets.
    init(_ octets: some Collection<UInt8>) throws(AKAError)
}

extension FixedOctets {
    /// From base-16 text in either case.
    ///
    /// - Throws: `.malformed` for a wrong length or anything but digits.
    package init(hex: String) throws(AKAError) { try self.init(hex: hex.utf8) }

    /// From base-16 text as ASCII bytes.
    package init(hex: some Collection<UInt8>) throws(AKAError) {
        guard var octets = Hex.decode(hex) else { throw AKAError(.malformed, "\(Self.self) is not base-16 text") }
        // The text may be a key: no copy of it stays behind in freed memory.
        defer { octets.wipe() }
        try self.init(octets)
    }

    /// - Throws: `.malformed` unless `octets` counts `octetCount`.
    static func checkCount(_ octets: some Collection<UInt8>) throws(AKAError) {
        guard octets.count == octetCount else {
            throw AKAError(.malformed, "\(Self.self) takes \(octetCount) octets and got \(octets.count)")
        }
    }
}

extension [UInt8] {
    /// Overwrites the octets in a way the optimiser keeps.
    mutating func wipe() {
        // Safety: the buffer is valid for the call and holds `count` octets.
        withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}
