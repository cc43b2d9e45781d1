internal import Base

/// The ASCII classes of the identities' grammars.
enum ASCII {
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// Printable and not the space, all of it.
    static func isVisible(_ text: [UInt8]) -> Bool { text.hasNoMark { $0 | ~$0.isVisible } }

    /// The text with its letters from `start` on in lower case: the same array where they are already.
    static func lowercased(_ text: [UInt8], from start: Int = 0) -> [UInt8] {
        guard !text.hasNoMark(from: start, { $0.isUpperCase & ~$0 }) else { return text }
        var lower = text
        for position in start..<text.count { lower[position] = lowercased(text[position]) }
        return lower
    }

    /// Printable and not the space.
    static func isVisible(_ byte: UInt8) -> Bool { byte &- 0x21 < 0x5e }

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
    static func canonical(_ text: ArraySlice<UInt8>) -> [UInt8]? { isValid(text) ? ASCII.lowercased(Array(text)) : nil }

    static func isValid(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count <= NhssLimits.domainNameBytesMax,
            text.hasNoMark({ $0 | ~($0.isLowerCase | $0.isDigit | $0.isUpperCase | $0.isHyphenOrDot) })
        else { return false }
        var start = text.startIndex
        while let dot = text[start...].firstIndex(of: UInt8(ascii: ".")) {
            guard isLabel(text[start..<dot]) else { return false }
            start = dot + 1
        }
        return isLabel(text[start...])
    }

    /// - Parameter text: letters, digits and hyphens.
    private static func isLabel(_ text: ArraySlice<UInt8>) -> Bool {
        1...NhssLimits.domainLabelBytesMax ~= text.count && text.first != UInt8(ascii: "-") && text.last != UInt8(ascii: "-")
    }
}
