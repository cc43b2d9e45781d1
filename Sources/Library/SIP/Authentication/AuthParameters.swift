import Base

/// The parameters after `Digest` in a challenge or in credentials: between commas, each name once (RFC 3261 §25.1 `auth-param`).
struct AuthParameters {
    private(set) var list = SIPParameters()
    private let scanner: FieldScanner

    /// - Returns: nil when the scheme is not Digest: such a field is passed over (RFC 4475 §3.3.7).
    init?(_ value: ArraySlice<UInt8>, of name: SIPHeaderName, limits: SIPLimits) throws(SIPParseError) {
        var scanner = FieldScanner(value, of: name, limits: limits)
        let scheme = try scanner.token("an authentication scheme")
        self.scanner = scanner
        guard scheme.equalsIgnoringCase("Digest") else { return nil }
        if let blank = scanner.next, !ASCII.isBlank(blank) { throw scanner.failure(.badHeaderValue, "expected parameters") }
        scanner.skipBlanks()
        // The scheme alone has no parameters. Whoever needs one says so.
        guard !scanner.isAtEnd else { return }
        repeat {
            // An element between commas may be empty, as RFC 9110 §5.6.1.2 asks of a list's reader. The first may not.
            if !list.list.isEmpty, scanner.isAtEnd || scanner.next == ASCII.comma { continue }
            guard list.list.count < limits.parametersMax else { throw scanner.failure(.tooManyParameters, "more than \(limits.parametersMax)") }
            let name = try scanner.token("a parameter name")
            try scanner.expect(ASCII.equal, "a parameter has no value")
            guard list.add(name, try scanner.parameterValue()) else { throw scanner.failure(.duplicateParameter, "a parameter comes twice") }
        } while scanner.take(ASCII.comma)
        try scanner.expectEnd()
    }

    /// A value that the grammar puts in quotes. Without quotes it is refused.
    func quoted(_ name: StaticString) throws(SIPParseError) -> [UInt8]? {
        switch list.parameter(name)?.value {
        case nil: return nil
        case .quoted(let bytes): return bytes
        case .token: throw scanner.failure(.badHeaderValue, "\(name) must be in quotes")
        }
    }

    func requiredQuoted(_ name: StaticString) throws(SIPParseError) -> [UInt8] {
        guard let bytes = try quoted(name) else { throw scanner.failure(.missingParameter, "\(name) must be there") }
        return bytes
    }

    /// A value that the grammar writes without quotes. User agents quote `algorithm`, `qop` or `nc`; that is taken, for the digest is the same.
    func token(_ name: StaticString) throws(SIPParseError) -> [UInt8]? {
        guard let bytes = list.value(name) else { return nil }
        guard bytes.isToken else { throw scanner.failure(.badHeaderValue, "\(name) must be a token") }
        return bytes
    }

    /// A value that the grammar puts in quotes, and that is understood without them.
    func text(_ name: StaticString) -> [UInt8]? { list.value(name) }

    /// A value of hexadecimal digits in quotes, two for each octet: `ck` and `ik` (TS 24.229 §7.2A.1).
    func secretHex(_ name: StaticString) throws(SIPParseError) -> SecretOctets? {
        guard let text = try quoted(name) else { return nil }
        guard let octets = Hex.decode(text) else { throw scanner.failure(.badHeaderValue, "\(name) must be hexadecimal") }
        return SecretOctets(octets)
    }

    func failure(_ reason: String) -> SIPParseError { scanner.failure(.badHeaderValue, reason) }
}

/// Writes the parameters of a challenge or of credentials.
struct AuthParameterWriter {
    private(set) var bytes = Array("Digest".utf8)
    private var separator: [UInt8] = [ASCII.space]

    mutating func quoted(_ name: StaticString, _ value: [UInt8]?) {
        guard let value else { return }
        begin(name)
        QuotedString.write(value, to: &bytes)
    }

    mutating func token(_ name: StaticString, _ value: [UInt8]?) {
        guard let value else { return }
        begin(name)
        bytes += value
    }

    private mutating func begin(_ name: StaticString) {
        bytes += separator
        separator = [ASCII.comma, ASCII.space]
        bytes += Array(name.description.utf8)
        bytes.append(ASCII.equal)
    }
}
