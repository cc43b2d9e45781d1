/// The ASCII classes of the identities' grammars.
enum ASCII {
    static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }

    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }

    /// Printable and not the space.
    static func isVisible(_ byte: UInt8) -> Bool { 0x21...0x7e ~= byte }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// A domain name: labels of letters, digits and inner hyphens (RFC 1123 §2.1), one label or more, no dot at the end.
enum DomainName {
    /// - Returns: the name in lower case (RFC 4343), or nil if it is none.
    static func canonical(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard !text.isEmpty, text.count <= NhssLimits.domainNameBytesMax else { return nil }
        let (dot, hyphen) = (UInt8(ascii: "."), UInt8(ascii: "-"))
        var labelCount = 0
        var previous = dot
        for byte in text {
            if byte == dot {
                guard labelCount > 0, previous != hyphen else { return nil }
                labelCount = 0
            } else {
                guard ASCII.isAlphanumeric(byte) || byte == hyphen && labelCount > 0, labelCount < NhssLimits.domainLabelBytesMax else { return nil }
                labelCount += 1
            }
            previous = byte
        }
        guard labelCount > 0, previous != hyphen else { return nil }
        return text.map(ASCII.lowercased)
    }
}
