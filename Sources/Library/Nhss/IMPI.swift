internal import Base

/// A private identity: a network access identifier `user@realm` (TS 23.003 §13.3, RFC 7542 §2.2), at most 255 bytes of ASCII.
///
/// The user part is compared exactly, the realm without regard to case: `a@EXAMPLE.org` and `a@example.org` are one value, `A@example.org` another.
package struct IMPI: Hashable, Sendable {
    /// The canonical form: the user part as given, the realm in lower case.
    package let bytes: [UInt8]

    package init(_ text: [UInt8]) throws(MalformedValue) {
        guard text.count <= NhssLimits.identityBytesMax else { throw MalformedValue(.length, "is longer than 255 bytes") }
        guard ASCII.areVisible(text) else { throw MalformedValue(.character, "has a character that is not printable ASCII") }
        guard let at = text.firstIndex(of: UInt8(ascii: "@")), !text[(at + 1)...].contains(UInt8(ascii: "@")) else {
            throw MalformedValue(.structure, "is not user@realm")
        }
        guard IMPI.isUser(text[..<at]) else { throw MalformedValue(.structure, "has a user part that RFC 7542 does not allow") }
        guard DomainName.isValid(text[(at + 1)...]) else { throw MalformedValue(.structure, "has a realm that is not a domain name") }
        bytes = ASCII.lowercased(text, from: at)
    }

    package init(_ text: ArraySlice<UInt8>) throws(MalformedValue) { try self.init(Array(text)) }

    /// Atoms with dots between them.
    private static func isUser(_ text: ArraySlice<UInt8>) -> Bool {
        var previous = UInt8(ascii: ".")
        for byte in text {
            guard byte == UInt8(ascii: ".") ? previous != byte : isUserCharacter(byte) else { return false }
            previous = byte
        }
        return previous != UInt8(ascii: ".")
    }

    package init(_ text: String) throws(MalformedValue) { try self.init(Array(text.utf8)) }

    /// The canonical form.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// `utf8-atext` of RFC 7542 §2.2 without what lies beyond ASCII; also what a quoted string carries unescaped.
    private static func isUserCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            true
        default: ASCII.isAlphanumeric(byte)
        }
    }
}

extension IMPI {
    package func hash(into hasher: inout Hasher) { hasher.combine(octets: bytes) }
}

extension IMPI: CustomStringConvertible {
    package var description: String { text }
}
