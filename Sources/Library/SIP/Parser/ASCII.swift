/// The byte classes of RFC 3261 §25.1. Bytes, because to a Swift `Character` CRLF is one letter.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0a
    static let carriageReturn: UInt8 = 0x0d
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let percent: UInt8 = 0x25
    static let asterisk: UInt8 = 0x2a
    static let comma: UInt8 = 0x2c
    static let dot: UInt8 = 0x2e
    static let slash: UInt8 = 0x2f
    static let zero: UInt8 = 0x30
    static let colon: UInt8 = 0x3a
    static let semicolon: UInt8 = 0x3b
    static let less: UInt8 = 0x3c
    static let equal: UInt8 = 0x3d
    static let greater: UInt8 = 0x3e
    static let question: UInt8 = 0x3f
    static let at: UInt8 = 0x40
    static let bracketOpen: UInt8 = 0x5b
    static let backslash: UInt8 = 0x5c
    static let bracketClose: UInt8 = 0x5d
    static let delete: UInt8 = 0x7f

    static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isAlpha(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(lower(byte)) }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isAlpha(byte) }
    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }
    static func isControl(_ byte: UInt8) -> Bool { byte < space || byte == delete }
    static func isVisible(_ byte: UInt8) -> Bool { (0x21...0x7e).contains(byte) }

    /// 0...15, or nil for anything but a hexadecimal digit.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch lower(byte) {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: lower(byte) - 0x61 + 10
        default: nil
        }
    }

    static func isToken(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || tokenMarks.contains(byte) }
    /// What a generic parameter's value may hold outside quotes: token or host (§25.1 `gen-value`), a bare IPv6 address in `received` included.
    static func isParameterValue(_ byte: UInt8) -> Bool { isToken(byte) || byte == colon || byte == bracketOpen || byte == bracketClose }

    private static let tokenMarks = ByteSet("-.!%*_+`'~")
}

/// A set of ASCII bytes as two words: membership is a shift, not a search.
struct ByteSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ members: StaticString) {
        for byte in members.description.utf8 {
            if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
        }
    }

    func contains(_ byte: UInt8) -> Bool {
        if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
        return byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }
}

extension Sequence<UInt8> {
    func lowercasedASCII() -> [UInt8] { map(ASCII.lower) }

    func equalsIgnoringCase(_ other: some Sequence<UInt8>) -> Bool {
        elementsEqual(other) { ASCII.lower($0) == ASCII.lower($1) }
    }

    func equalsIgnoringCase(_ other: StaticString) -> Bool { equalsIgnoringCase(other.description.utf8) }
}

extension Collection<UInt8> {
    var isToken: Bool { !isEmpty && allSatisfy(ASCII.isToken) }

    /// Whether a header field may carry these bytes: no line end and no control character but tab, except in a quoted-pair,
    /// where RFC 3261 §25.1 allows all but CR and LF. What passes can not end its line, so nothing can be smuggled behind it.
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

    /// Decimal digits only, leading zeros allowed.
    /// - Returns: the number, `max + 1` for any greater one, nil when these are not digits.
    func decimal(cappedAbove max: UInt32) -> UInt64? {
        guard !isEmpty else { return nil }
        let cap = UInt64(max) + 1
        var value: UInt64 = 0
        for byte in self {
            guard ASCII.isDigit(byte) else { return nil }
            value = Swift.min(value * 10 + UInt64(byte - ASCII.zero), cap)
        }
        return value
    }
}

extension Collection<UInt8> where SubSequence == ArraySlice<UInt8> {
    /// Without the blanks on either side.
    func trimmingBlanks() -> ArraySlice<UInt8> {
        var rest = self[...]
        while let first = rest.first, ASCII.isBlank(first) { rest.removeFirst() }
        while let last = rest.last, ASCII.isBlank(last) { rest.removeLast() }
        return rest
    }
}
