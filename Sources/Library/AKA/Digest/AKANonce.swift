internal import Base
package import Vectors

/// The nonce of a Digest AKA challenge: RAND and AUTN in base 64.
///
/// Source: RFC 3310 §3.2.
package struct AKANonce: Sendable, Hashable {
    package let rand: RAND
    package let autn: AUTN

    package init(rand: RAND, autn: AUTN) {
        self.rand = rand
        self.autn = autn
    }

    /// Reads a nonce as it stands in the header, without quotes. Octets beyond the first 32 are the server's own.
    ///
    /// - Throws: `.text` if it is not base 64, `.length` if it encodes less than 32 octets or is absurdly long.
    package init(parsing text: some Collection<UInt8>) throws(MalformedOctets) {
        guard text.count <= Limits.nonceCharactersMax else { throw MalformedOctets(.length, "the nonce is too long") }
        guard let octets = Base64.decode(text) else { throw MalformedOctets(.text, "the nonce is not base 64") }
        guard octets.count >= RAND.octetCount + AUTN.octetCount else {
            throw MalformedOctets(.length, "the nonce is too short for RAND and AUTN")
        }
        rand = try RAND(octets.prefix(RAND.octetCount))
        autn = try AUTN(octets.dropFirst(RAND.octetCount).prefix(AUTN.octetCount))
    }

    /// 44 characters.
    package var text: String { Base64.encode(rand.octets + autn.octets) }
}

extension AUTS {
    /// Reads the `auts` of an Authorization header, without quotes (RFC 3310 §3.4).
    ///
    /// - Throws: `.text` unless it is base 64 of exactly 14 octets.
    package init(base64 text: some Collection<UInt8>) throws(MalformedOctets) {
        // A text of any other length is not even decoded.
        guard text.count == Self.base64CharacterCount, let octets = Base64.decode(text) else {
            throw MalformedOctets(.text, "AUTS is not base 64 of \(Self.octetCount) octets")
        }
        try self.init(octets)
    }

    /// The text of an `auts` parameter, `base64CharacterCount` characters.
    package var base64: String { Base64.encode(octets) }

    /// 14 octets in groups of three.
    package static let base64CharacterCount = (octetCount + 2) / 3 * 4
}
