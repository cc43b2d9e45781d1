internal import Base

/// Finds the tokens of a JSON text and checks each as strictly as RFC 8259 allows. Objects, arrays and paths are the business of `JSONReader`.
struct JSONScanner: ~Copyable {
    struct Fault: Error {
        let code: JSONError.Code
        let reason: StaticString
        let offset: Int
    }

    /// A checked string without its quotes, still escaped.
    struct StringToken {
        let range: Range<Int>
        let isEscaped: Bool
    }

    /// A checked number.
    struct NumberToken {
        let range: Range<Int>
        /// Whether the number has neither fraction nor exponent.
        let isInteger: Bool
    }

    // Safety: the owner of the scanner keeps the text, and every read checks the count first.
    let bytes: ByteView
    var position = 0

    init(_ bytes: ByteView) { self.bytes = bytes }

    @inline(__always) var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// - Returns: the next byte that is not white space, which stays the current byte; nil at the end.
    @inline(__always) mutating func skipWhitespace() -> UInt8? {
        if position < bytes.count, bytes[position] > UInt8(ascii: " ") { return bytes[position] }
        return skipSomeWhitespace()
    }

    private mutating func skipSomeWhitespace() -> UInt8? {
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return byte
            }
        }
        return nil
    }

    /// Goes past the current byte.
    @inline(__always) mutating func takeOne() {
        if position < bytes.count { position += 1 }
    }

    /// Reads `true`, `false` or `null`.
    mutating func literal(_ word: StaticString) throws(Fault) {
        let length = word.utf8CodeUnitCount
        let rest = bytes.view(position..<min(position + length, bytes.count))
        guard word.view.view(0..<rest.count).equals(rest) else {
            throw Fault(code: .syntax, reason: "a word that is not true, false or null", offset: position)
        }
        guard rest.count == length else { throw endOfText() }
        position += length
    }

    /// A fault at the current byte, or at the end of the text.
    func fault(_ code: JSONError.Code, _ reason: StaticString) -> Fault {
        position < bytes.count ? Fault(code: code, reason: reason, offset: position) : endOfText()
    }

    private func endOfText() -> Fault { Fault(code: .endOfText, reason: "the text ends too early", offset: bytes.count) }
}

// MARK: Numbers

extension JSONScanner {
    /// Reads a number of RFC 8259 §6, `[ minus ] int [ frac ] [ exp ]`, within the limits.
    mutating func number(_ limits: JSONLimits) throws(Fault) -> NumberToken {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let firstDigit = current
        var digits = try takeDigits()
        if firstDigit == UInt8(ascii: "0"), digits > 1 {
            throw Fault(code: .invalidNumber, reason: "a leading zero", offset: start)
        }
        var isInteger = true
        if current == UInt8(ascii: ".") {
            position += 1
            isInteger = false
            digits += try takeDigits()
        }
        guard digits <= limits.numberDigitsMax else {
            throw Fault(code: .numberTooLong, reason: "a number with too many digits", offset: start)
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            isInteger = false
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard try takeDigits() <= limits.exponentDigitsMax else {
                throw Fault(code: .numberTooLong, reason: "an exponent with too many digits", offset: start)
            }
        }
        return NumberToken(range: start..<position, isInteger: isInteger)
    }

    private mutating func takeDigits() throws(Fault) -> Int {
        let start = position
        while let byte = current, ASCII.isDigit(byte) { position += 1 }
        guard position > start else { throw fault(.invalidNumber, "a number that lacks a digit") }
        return position - start
    }
}
