internal import Base

/// Reads one header value from left to right by the rules of RFC 3261 §25.1. The value is unfolded, so that all white space is blanks.
struct FieldScanner {
    private(set) var rest: ArraySlice<UInt8>
    private let name: SIPHeaderName
    private let origin: Int
    let limits: SIPLimits

    init(_ value: ArraySlice<UInt8>, of name: SIPHeaderName, limits: SIPLimits) {
        rest = value
        origin = value.startIndex
        self.name = name
        self.limits = limits
    }

    var isAtEnd: Bool { rest.isEmpty }
    var next: UInt8? { rest.first }

    func failure(_ code: SIPParseError.Code, _ reason: String) -> SIPParseError {
        SIPParseError(code, reason, at: .header(name, offset: rest.startIndex - origin))
    }

    mutating func skipBlanks() {
        while let byte = rest.first, ASCII.isBlank(byte) { rest.removeFirst() }
    }

    /// Passes over the next byte, if there is one.
    mutating func advance() { rest = rest.dropFirst() }

    mutating func takeWhile(_ accept: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let taken = rest.prefix(while: accept)
        rest = rest[taken.endIndex...]
        return taken
    }

    /// Takes a separator with the white space around it (SEMI, EQUAL, COMMA, SLASH), or nothing.
    mutating func take(_ separator: UInt8) -> Bool {
        let ahead = rest.drop(while: ASCII.isBlank)
        guard ahead.first == separator else { return false }
        rest = ahead.dropFirst()
        skipBlanks()
        return true
    }

    mutating func expect(_ separator: UInt8, _ reason: String) throws(SIPParseError) {
        guard take(separator) else { throw failure(.badHeaderValue, reason) }
    }

    mutating func expectEnd() throws(SIPParseError) {
        skipBlanks()
        guard isAtEnd else { throw failure(.badHeaderValue, "something follows the value") }
    }

    mutating func token(_ what: StaticString) throws(SIPParseError) -> ArraySlice<UInt8> {
        let token = takeWhile(SIPCharacters.isToken)
        guard !token.isEmpty else { throw failure(.badHeaderValue, "expected \(what)") }
        return token
    }

    mutating func number(upTo max: UInt32, _ what: StaticString) throws(SIPParseError) -> UInt32 {
        guard let value = takeWhile(ASCII.isDigit).decimal(cappedAbove: max) else {
            throw failure(.badHeaderValue, "\(what) is not a number")
        }
        guard value <= UInt64(max), let number = UInt32(exactly: value) else {
            throw failure(.numberOutOfRange, "\(what) is greater than \(max)")
        }
        return number
    }

    /// Reads a quoted string. The result is without quotes, with quoted-pairs resolved.
    mutating func quotedString() throws(SIPParseError) -> [UInt8] {
        guard rest.first == ASCII.quote else { throw failure(.badHeaderValue, "expected a quoted string") }
        var text: [UInt8] = []
        var index = rest.startIndex + 1
        while index < rest.endIndex {
            switch rest[index] {
            case ASCII.quote:
                rest = rest[(index + 1)...]
                return text
            case ASCII.backslash:
                index += 1
                // §25.1: a quoted-pair is ASCII. A byte of a UTF-8 sequence cannot be quoted alone.
                guard index < rest.endIndex, rest[index] < 0x80 else { throw failure(.badHeaderValue, "a quoted-pair is broken") }
                text.append(rest[index])
            default:
                text.append(rest[index])
            }
            index += 1
        }
        throw failure(.badHeaderValue, "a quoted string does not end")
    }

    /// Reads as many of `;name`, `;name=value` and `;name="value"` as there are.
    mutating func parameters() throws(SIPParseError) -> SIPParameters {
        var parameters = SIPParameters()
        while take(ASCII.semicolon) {
            guard parameters.list.count < limits.parametersMax else { throw failure(.tooManyParameters, "more than \(limits.parametersMax)") }
            let name = try token("a parameter name")
            let value = take(ASCII.equal) ? try parameterValue() : nil
            guard parameters.add(name, value) else { throw failure(.duplicateParameter, "a parameter comes twice") }
        }
        return parameters
    }

    mutating func parameterValue() throws(SIPParseError) -> SIPParameters.Value {
        if next == ASCII.quote { return .quoted(try quotedString()) }
        let text = takeWhile(SIPCharacters.isParameterValue)
        guard !text.isEmpty else { throw failure(.badHeaderValue, "a parameter has no value") }
        return .token(Array(text))
    }

    /// Reads a host. An IPv6 reference has brackets.
    mutating func host() throws(SIPParseError) -> SIPHost {
        var text = takeWhile { ASCII.isAlphanumeric($0) || $0 == ASCII.dot || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        if text.isEmpty, next == ASCII.bracketOpen {
            text = rest.prefix { $0 != ASCII.bracketClose && !ASCII.isBlank($0) }
            let closing = rest[text.endIndex...].prefix(1)
            text = rest[text.startIndex..<closing.endIndex]
            rest = rest[closing.endIndex...]
        }
        guard let host = SIPHost(text) else { throw failure(.badHeaderValue, "not a host") }
        return host
    }
}
