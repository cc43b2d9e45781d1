internal import Base

/// The character classes of RFC 3261 §25.1.
enum SIPCharacters {
    static func isToken(_ byte: UInt8) -> Bool { ASCII.isAlphanumeric(byte) || tokenMarks.contains(byte) }

    /// Whether the value of a parameter may be written without quotes: a token or a host (§25.1 `gen-value`), or an IPv6 address in `received`.
    static func isParameterValue(_ byte: UInt8) -> Bool {
        isToken(byte) || byte == ASCII.colon || byte == ASCII.bracketOpen || byte == ASCII.bracketClose
    }

    private static let tokenMarks = ASCIISet("-.!%*_+`'~")
}

extension Collection<UInt8> {
    var isToken: Bool { !isEmpty && allSatisfy(SIPCharacters.isToken) }

    /// Whether a header field may have these bytes: no line end and no control character but tab, except in a quoted-pair,
    /// where RFC 3261 §25.1 allows all but CR and LF. Such a value cannot end its line, so that no other field can follow it.
    var isFieldText: Bool {
        var previous: UInt8 = 0
        for byte in self {
            if ASCII.isControl(byte), byte != ASCII.tab {
                guard previous == ASCII.backslash, byte != ASCII.carriageReturn, byte != ASCII.lineFeed else { return false }
            }
            previous = byte
        }
        return true
    }

    /// Reads decimal digits only, with or without leading zeros.
    /// - Returns: the number, `max + 1` for any greater one, nil when these are not digits.
    func decimal(cappedAbove max: UInt32) -> UInt64? {
        guard !isEmpty else { return nil }
        let cap = UInt64(max) + 1
        var value: UInt64 = 0
        for byte in self {
            guard ASCII.isDigit(byte) else { return nil }
            value = Swift.min(value * 10 + UInt64(byte & 0x0f), cap)
        }
        return value
    }
}

extension Collection<UInt8> where SubSequence == ArraySlice<UInt8> {
    /// The bytes without the blanks at both ends.
    func trimmingBlanks() -> ArraySlice<UInt8> {
        var rest = self[...]
        while let first = rest.first, ASCII.isBlank(first) { rest.removeFirst() }
        while let last = rest.last, ASCII.isBlank(last) { rest.removeLast() }
        return rest
    }
}
