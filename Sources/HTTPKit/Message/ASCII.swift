internal import Base

/// The character classes of HTTP/1.1 as predicates on bytes (RFC 9110 §5.6, RFC 9112 §2-5, RFC 3986 §2).
enum ASCII {
    static let carriageReturn: UInt8 = 0x0d
    static let lineFeed: UInt8 = 0x0a
    static let space: UInt8 = 0x20
    static let tab: UInt8 = 0x09

    /// A set of ASCII characters, one bit each: constants, so that nothing has to be made or looked up first.
    struct Class {
        /// Of 0x00 to 0x3f and of 0x40 to 0x7f.
        let low: UInt64
        let high: UInt64

        @inline(__always) func contains(_ byte: UInt8) -> Bool {
            let bits = byte & 0x40 == 0 ? low : high
            return byte < 0x80 && (bits >> UInt64(byte & 0x3f)) & 1 != 0
        }
    }

    /// Letters, digits and `!#$%&'*+-.^_`|~`.
    @inline(__always) static var tokens: Class { Class(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe) }
    /// Letters, digits and `-._~:/?[]@!$&'()*+,;=%`.
    @inline(__always) static var targets: Class { Class(low: 0xafff_fff2_0000_0000, high: 0x47ff_fffe_afff_ffff) }
    /// Letters, digits and `-._~@:+`.
    @inline(__always) static var segments: Class { Class(low: 0x07ff_6800_0000_0000, high: 0x47ff_fffe_87ff_ffff) }
    /// Letters, digits and `-._~%!$&'()*+,;=:[]`.
    @inline(__always) static var authorities: Class { Class(low: 0x2fff_7ff2_0000_0000, high: 0x47ff_fffe_afff_fffe) }

    @inline(__always) static func isToken(_ byte: UInt8) -> Bool { tokens.contains(byte) }

    /// field-vchar, SP, HTAB and obs-text: all but the controls (RFC 9110 §5.5).
    @inline(__always) static func isFieldContent(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7f || byte == tab }

    /// What a request target may hold before any decoding (RFC 3986 §2.2-2.3); no fragment.
    @inline(__always) static func isTarget(_ byte: UInt8) -> Bool { targets.contains(byte) }

    @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    @inline(__always) static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    @inline(__always) static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    @inline(__always) static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    @inline(__always) static func equalIgnoringCase(_ left: UInt8, _ right: UInt8) -> Bool { lowercased(left) == lowercased(right) }
}

// What most texts of these classes are made of: marks on many bytes at once.
extension ByteBlock {
    /// Among them `.`, `/`, `:` and `%`.
    @inline(__always) var isDollarToSemicolon: ByteBlock { isWithin(UInt8(ascii: "$")...UInt8(ascii: ";")) }
    @inline(__always) var isAtOrUpperCase: ByteBlock { isWithin(UInt8(ascii: "@")...UInt8(ascii: "Z")) }

    @inline(__always) func equalsIgnoringCase(_ other: ByteBlock) -> Bool {
        let different = (lowercased ^ other.lowercased).words
        return different[0] | different[1] == 0
    }

    /// The letters of ASCII in lower case.
    @inline(__always) private var lowercased: ByteBlock { self | (isUpperCase & ~self & ByteBlock(all: 0x80)) &>> ByteBlock(all: 2) }
}
