/// The character classes of HTTP/1.1 as predicates on bytes (RFC 9110 §5.6, RFC 9112 §2-5, RFC 3986 §2).
enum ASCII {
    static let carriageReturn: UInt8 = 0x0d
    static let lineFeed: UInt8 = 0x0a
    static let space: UInt8 = 0x20
    static let tab: UInt8 = 0x09

    /// A set of ASCII characters, a bit each.
    private struct Table {
        private var words: (UInt64, UInt64) = (0, 0)

        /// - Parameter extra: members besides the letters and digits; ASCII.
        init(alphanumericAnd extra: String) {
            for byte in UInt8(0)...0x7f where ASCII.isAlphanumeric(byte) || extra.utf8.contains(byte) {
                if byte < 64 { words.0 |= 1 << UInt64(byte) } else { words.1 |= 1 << UInt64(byte - 64) }
            }
        }

        @inline(__always)
        func contains(_ byte: UInt8) -> Bool {
            byte < 64 ? words.0 >> UInt64(byte) & 1 == 1 : byte < 128 && words.1 >> UInt64(byte & 63) & 1 == 1
        }
    }

    private static let tokenTable = Table(alphanumericAnd: "!#$%&'*+-.^_`|~")
    private static let targetTable = Table(alphanumericAnd: "-._~:/?[]@!$&'()*+,;=%")
    private static let authorityTable = Table(alphanumericAnd: "-._~%!$&'()*+,;=:[]")

    static func isToken(_ byte: UInt8) -> Bool { tokenTable.contains(byte) }

    static func areToken(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let table = tokenTable
        for byte in bytes where !table.contains(byte) { return false }
        return !bytes.isEmpty
    }

    static func areFieldContent(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for byte in bytes where !isFieldContent(byte) { return false }
        return true
    }

    static func areTarget(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let table = targetTable
        for byte in bytes where !table.contains(byte) { return false }
        return true
    }

    /// Whether both are the same but for the case of letters.
    static func areEqualIgnoringCase(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for position in 0..<left.count where left[position] != right[position] && lowercased(left[position]) != lowercased(right[position]) { return false }
        return true
    }

    /// field-vchar, SP, HTAB and obs-text: all but the controls (RFC 9110 §5.5).
    static func isFieldContent(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7f || byte == tab }

    /// What a request target may hold before any decoding (RFC 3986 §2.2-2.3); no fragment.
    static func isTarget(_ byte: UInt8) -> Bool { targetTable.contains(byte) }

    /// `host [":" port]` of RFC 3986 §3.2; no user information.
    static func isAuthority(_ byte: UInt8) -> Bool {
        authorityTable.contains(byte)
    }

    static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }

    static func equalIgnoringCase(_ left: UInt8, _ right: UInt8) -> Bool { lowercased(left) == lowercased(right) }

    static func trimmingWhitespace<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence
    where Bytes.SubSequence: BidirectionalCollection<UInt8>, Bytes.SubSequence.SubSequence == Bytes.SubSequence {
        var trimmed = bytes[...]
        while let first = trimmed.first, first == space || first == tab { trimmed = trimmed.dropFirst() }
        while let last = trimmed.last, last == space || last == tab { trimmed = trimmed.dropLast() }
        return trimmed
    }
}
