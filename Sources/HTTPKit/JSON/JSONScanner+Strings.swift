internal import Base

extension JSONScanner {
    /// Reads a string whose opening quote is the current byte. Checks UTF-8, escapes and surrogates, and leaves the escapes as they are.
    ///
    /// - Parameter bytesMax: of the string with its escapes resolved.
    @inline(__always) mutating func string(bytesMax: Int, tooLong: JSONError.Code) throws(Fault) -> StringToken {
        let start = position + 1
        let end = endOfPlainRun(from: start)
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\""), end - start <= bytesMax else { return try uncommonString(bytesMax, tooLong) }
        position = end + 1
        return StringToken(range: start..<end, isEscaped: false)
    }

    /// Reads a string that has escapes or bytes beyond ASCII, or that is refused.
    private mutating func uncommonString(_ bytesMax: Int, _ tooLong: JSONError.Code) throws(Fault) -> StringToken {
        takeOne()
        let start = position
        var isEscaped = false
        var resolvedCount = 0
        while true {
            let end = endOfPlainRun(from: position)
            resolvedCount += end - position
            position = end
            guard let byte = current else { break }
            switch byte {
            case UInt8(ascii: "\""):
                guard resolvedCount <= bytesMax else {
                    throw Fault(code: tooLong, reason: "longer than this reader takes", offset: start)
                }
                let token = StringToken(range: start..<position, isEscaped: isEscaped)
                takeOne()
                return token
            case UInt8(ascii: "\\"):
                isEscaped = true
                resolvedCount += try takeEscape()
            case 0..<0x20:
                throw fault(.controlCharacter, "a control character that is not escaped")
            default:
                resolvedCount += try takeMultibyteScalar(byte)
            }
        }
        throw fault(.endOfText, "the text ends in a string")
    }

    /// Where the run of ASCII characters without escapes ends.
    private func endOfPlainRun(from start: Int) -> Int { bytes.firstMark(from: start) { $0 | $0.isEscapedInJSON } }

    /// The bytes of a checked string, with its escapes resolved.
    func resolve(_ token: StringToken) -> [UInt8] {
        var resolved: [UInt8] = []
        resolved.reserveCapacity(token.range.count)
        var index = token.range.lowerBound
        while index < token.range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                resolved.append(bytes[index])
                index += 1
                continue
            }
            index += resolveEscape(at: index, into: &resolved)
        }
        return resolved
    }
}

// MARK: UTF-8

extension JSONScanner {
    /// Reads one scalar of two to four bytes. It must be well formed by the table of RFC 3629 §4: no overlong forms, no surrogates, nothing above
    /// U+10FFFF.
    ///
    /// - Returns: its length in bytes.
    private mutating func takeMultibyteScalar(_ lead: UInt8) throws(Fault) -> Int {
        let second: ClosedRange<UInt8>
        let length: Int
        switch lead {
        case 0xc2...0xdf: (second, length) = (0x80...0xbf, 2)
        case 0xe0: (second, length) = (0xa0...0xbf, 3)
        case 0xed: (second, length) = (0x80...0x9f, 3)
        case 0xe1...0xef: (second, length) = (0x80...0xbf, 3)
        case 0xf0: (second, length) = (0x90...0xbf, 4)
        case 0xf1...0xf3: (second, length) = (0x80...0xbf, 4)
        case 0xf4: (second, length) = (0x80...0x8f, 4)
        default: throw fault(.invalidUTF8, "a byte that starts no UTF-8 character")
        }
        takeOne()
        for index in 1..<length {
            guard let byte = current, (index == 1 ? second : 0x80...0xbf) ~= byte else {
                throw fault(.invalidUTF8, "a UTF-8 character that is not well-formed")
            }
            takeOne()
        }
        return length
    }
}

// MARK: Escapes

extension JSONScanner {
    /// - Returns: how many bytes of UTF-8 the character of the escape has.
    private mutating func takeEscape() throws(Fault) -> Int {
        takeOne()
        guard let letter = current else { throw fault(.endOfText, "the text ends in an escape") }
        guard letter == UInt8(ascii: "u") else {
            guard Self.simpleEscape(letter) != nil else { throw fault(.invalidEscape, "an escape that JSON does not have") }
            takeOne()
            return 1
        }
        takeOne()
        let start = position
        let unit = try takeFourHexDigits()
        switch unit {
        case 0xdc00...0xdfff:
            throw Fault(code: .loneSurrogate, reason: "a low surrogate without its high one", offset: start)
        case 0xd800...0xdbff:
            try takeLowSurrogate(after: start)
            return 4
        default:
            return unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3
        }
    }

    private mutating func takeLowSurrogate(after start: Int) throws(Fault) {
        for expected in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
            guard let byte = current else { throw fault(.endOfText, "the text ends in an escape") }
            guard byte == expected else {
                throw Fault(code: .loneSurrogate, reason: "a high surrogate without its low one", offset: start)
            }
            takeOne()
        }
        guard 0xdc00...0xdfff ~= (try takeFourHexDigits()) else {
            throw Fault(code: .loneSurrogate, reason: "a high surrogate without its low one", offset: start)
        }
    }

    private mutating func takeFourHexDigits() throws(Fault) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Self.hexDigit(byte) else {
                throw fault(.invalidEscape, "an escape without its four hexadecimal digits")
            }
            unit = unit << 4 | digit
            takeOne()
        }
        return unit
    }

    /// A function of its own, because the optimiser of Swift 6.3.1 crashes on the loop above when it inlines this.
    @inline(never) private static func hexDigit(_ byte: UInt8) -> UInt32? { Hex.value(of: byte).map { UInt32($0) } }

    /// Resolves the checked escape at `index`.
    ///
    /// - Returns: the length of the escape in the text.
    private func resolveEscape(at index: Int, into resolved: inout [UInt8]) -> Int {
        if let byte = Self.simpleEscape(bytes[index + 1]) {
            resolved.append(byte)
            return 2
        }
        let high = unit(at: index + 2)
        guard 0xd800...0xdbff ~= high else {
            append(high, to: &resolved)
            return 6
        }
        append(0x10000 + (high - 0xd800) << 10 + (unit(at: index + 8) - 0xdc00), to: &resolved)
        return 12
    }

    private func unit(at index: Int) -> UInt32 {
        bytes.view(index..<index + 4).reduce(0) { $0 << 4 | UInt32(Hex.value(of: $1) ?? 0) }
    }

    private func append(_ code: UInt32, to resolved: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(code) else { return }
        resolved.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private static func simpleEscape(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0c
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "r"): 0x0d
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }
}
