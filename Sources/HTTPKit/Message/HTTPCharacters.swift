internal import Base

/// The character classes of HTTP/1.1 and of URIs (RFC 9110 §5.5-5.6, RFC 9112 §2-5, RFC 3986 §2).
enum HTTPCharacters {
    /// Letters, digits and `!#$%&'*+-.^_`|~` (RFC 9110 §5.6.2).
    @inline(__always) static var token: ASCIISet { ASCIISet(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe) }
    /// Letters, digits and `-._~:/?[]@!$&'()*+,;=%`: a request target before any decoding (RFC 3986 §2.2-2.3); no fragment.
    @inline(__always) static var target: ASCIISet { ASCIISet(low: 0xafff_fff2_0000_0000, high: 0x47ff_fffe_afff_ffff) }
    /// Letters, digits and `-._~@:+`: the characters of a path segment that are not encoded here.
    @inline(__always) static var segment: ASCIISet { ASCIISet(low: 0x07ff_6800_0000_0000, high: 0x47ff_fffe_87ff_ffff) }
    /// Letters, digits and `-._~%!$&'()*+,;=:[]`: a host with its port (RFC 3986 §3.2.2-3.2.3).
    @inline(__always) static var authority: ASCIISet { ASCIISet(low: 0x2fff_7ff2_0000_0000, high: 0x47ff_fffe_afff_fffe) }

    /// field-vchar, SP, HTAB and obs-text: all but the controls (RFC 9110 §5.5).
    @inline(__always) static func isFieldContent(_ byte: UInt8) -> Bool { !ASCII.isControl(byte) || byte == ASCII.tab }
}

// Marks for sixteen bytes in one step, for the characters that most texts of these classes consist of.
extension ByteBlock {
    /// Among them `.`, `/`, `:` and `%`.
    @inline(__always) var isDollarToSemicolon: ByteBlock { isWithin(UInt8(ascii: "$")...UInt8(ascii: ";")) }
    @inline(__always) var isAtOrUpperCase: ByteBlock { isWithin(UInt8(ascii: "@")...UInt8(ascii: "Z")) }
}
