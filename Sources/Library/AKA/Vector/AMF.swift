package import Vectors

/// The authentication management field, 16 bits; part of the subscriber's data (TS 33.102 §6.3.2 and Annex F).
package struct AMF: FixedOctetValue, Hashable {
    package static let octetCount = 2
    package let value: UInt16

    package init(value: UInt16) { self.value = value }

    package init(_ octets: some Collection<UInt8>) throws(MalformedOctets) {
        try Self.checkCount(octets)
        value = UInt16(truncatingIfNeeded: UInt64(bigEndianOctets: octets))
    }

    package var octets: [UInt8] { UInt64(value).bigEndianOctets(count: Self.octetCount) }

    /// AMF*, the dummy value under MAC-S, so that it need not be sent (TS 33.102 §6.3.3).
    static let resynchronisation = AMF(value: 0)
}
