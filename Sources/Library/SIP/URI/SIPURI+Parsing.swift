internal import Base

extension SIPURI {
    /// Reads text that is exactly one URI.
    ///
    /// - Throws: `.badURI`, `.tooManyParameters` or `.duplicateParameter`, at `.uri`.
    ///
    /// Source: RFC 3261 §19.1.1 and §25.1, RFC 3966 §3.
    package init(_ bytes: some Collection<UInt8>, limits: SIPLimits = .standard) throws(SIPParseError) {
        let text = Array(bytes)
        guard text.count <= limits.uriBytesMax else { throw Self.bad("longer than \(limits.uriBytesMax) bytes") }
        guard let colon = text.firstIndex(of: ASCII.colon), let scheme = Self.scheme(text[..<colon]) else { throw Self.bad("no scheme") }
        self.init(text: text, scheme: scheme)
        let rest = text[(colon + 1)...]
        switch scheme {
        case .sip, .sips: try readSIP(rest, limits)
        case .tel: try readTel(rest, limits)
        case .other: try readOther(rest)
        }
    }

    package init(_ text: String, limits: SIPLimits = .standard) throws(SIPParseError) { try self.init(text.utf8, limits: limits) }

    private static func bad(_ reason: String) -> SIPParseError { SIPParseError(.badURI, reason, at: .uri) }

    private static func scheme(_ text: ArraySlice<UInt8>) -> Scheme? {
        guard let first = text.first, ASCII.isLetter(first), text.allSatisfy({ ASCII.isAlphanumeric($0) || schemeMarks.contains($0) }) else {
            return nil
        }
        let lower = ASCII.lowercased(Array(text))
        if lower.equalsIgnoringCase("sip") { return .sip }
        if lower.equalsIgnoringCase("sips") { return .sips }
        if lower.equalsIgnoringCase("tel") { return .tel }
        return .other(lower)
    }

    private mutating func readSIP(_ text: ArraySlice<UInt8>, _ limits: SIPLimits) throws(SIPParseError) {
        var rest = text
        if let at = rest.firstIndex(of: ASCII.at) {
            try readUserInfo(rest[..<at])
            rest = rest[(at + 1)...]
        }
        let hostPort = rest.prefix { $0 != ASCII.semicolon && $0 != ASCII.question }
        try readHostPort(hostPort)
        rest = rest[hostPort.endIndex...]
        let parameterText = rest.prefix { $0 != ASCII.question }
        parameters = try Self.components(parameterText, limits)
        rest = rest[parameterText.endIndex...]
        if !rest.isEmpty { headers = try Self.headerComponents(rest.dropFirst(), limits) }
    }

    private mutating func readUserInfo(_ text: ArraySlice<UInt8>) throws(SIPParseError) {
        let userText = text.prefix { $0 != ASCII.colon }
        guard !userText.isEmpty, Self.isEscaped(userText, allowing: Self.userMarks) else { throw Self.bad("the user part is not one") }
        user = Array(userText)
        guard userText.endIndex < text.endIndex else { return }
        let passwordText = text[(userText.endIndex + 1)...]
        guard Self.isEscaped(passwordText, allowing: Self.passwordMarks) else { throw Self.bad("the password is not one") }
        password = Array(passwordText)
    }

    private mutating func readHostPort(_ text: ArraySlice<UInt8>) throws(SIPParseError) {
        let hostText: ArraySlice<UInt8>
        if text.first == ASCII.bracketOpen {
            guard let closing = text.firstIndex(of: ASCII.bracketClose) else { throw Self.bad("an IPv6 reference does not end") }
            hostText = text[...closing]
        } else {
            hostText = text.prefix { $0 != ASCII.colon }
        }
        guard let host = SIPHost(hostText) else { throw Self.bad("the host is not one") }
        self.host = host
        let rest = text[hostText.endIndex...]
        guard let first = rest.first else { return }
        guard first == ASCII.colon, let number = rest.dropFirst().decimal(cappedAbove: 65_535), let port = UInt16(exactly: number) else {
            throw Self.bad("the port is not one")
        }
        self.port = port
    }

    private mutating func readTel(_ text: ArraySlice<UInt8>, _ limits: SIPLimits) throws(SIPParseError) {
        let number = text.prefix { $0 != ASCII.semicolon }
        let digits = number.first == UInt8(ascii: "+") ? number.dropFirst() : number
        // RFC 3966 §3: global numbers have decimal digits, local ones also hexadecimal digits, * and #.
        let isGlobal = digits.startIndex != number.startIndex
        let isNumber = digits.allSatisfy { byte in
            ASCII.isDigit(byte) || Self.visualSeparators.contains(byte)
                || (!isGlobal && (Hex.isDigit(byte) || byte == ASCII.asterisk || byte == UInt8(ascii: "#")))
        }
        guard isNumber, digits.contains(where: { !Self.visualSeparators.contains($0) }) else { throw Self.bad("not a telephone number") }
        opaque = Array(number)
        parameters = try Self.components(text[number.endIndex...], limits)
    }

    private mutating func readOther(_ text: ArraySlice<UInt8>) throws(SIPParseError) {
        guard !text.isEmpty, Self.isEscaped(text, allowing: Self.absoluteMarks) else { throw Self.bad("not an absolute URI") }
        opaque = Array(text)
    }

    /// Reads `;name=value;name`, with the first semicolon.
    private static func components(_ text: ArraySlice<UInt8>, _ limits: SIPLimits) throws(SIPParseError) -> [Component] {
        var list: [Component] = []
        guard !text.isEmpty else { return list }
        for part in text.dropFirst().split(separator: ASCII.semicolon, omittingEmptySubsequences: false) {
            let name = part.prefix { $0 != ASCII.equal }
            let value = name.endIndex < part.endIndex ? part[(name.endIndex + 1)...] : nil
            guard !name.isEmpty, isEscaped(name, allowing: parameterMarks) else { throw bad("a parameter name is not one") }
            if let value {
                guard !value.isEmpty, isEscaped(value, allowing: parameterMarks) else { throw bad("a parameter value is not one") }
            }
            guard list.count < limits.parametersMax else {
                throw SIPParseError(.tooManyParameters, "more than \(limits.parametersMax)", at: .uri)
            }
            guard !list.contains(where: { $0.name.equalsIgnoringCase(name) }) else {
                throw SIPParseError(.duplicateParameter, "a URI parameter comes twice", at: .uri)
            }
            list.append(Component(name: Array(name), value: value.map { Array($0) }))
        }
        return list
    }

    /// Reads `name=value&name=value`, without the question mark.
    private static func headerComponents(_ text: ArraySlice<UInt8>, _ limits: SIPLimits) throws(SIPParseError) -> [Component] {
        var list: [Component] = []
        for part in text.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            let name = part.prefix { $0 != ASCII.equal }
            guard name.endIndex < part.endIndex, !name.isEmpty, isEscaped(name, allowing: headerMarks) else {
                throw bad("a header component is not one")
            }
            let value = part[(name.endIndex + 1)...]
            guard isEscaped(value, allowing: headerMarks) else { throw bad("a header component's value is not one") }
            guard list.count < limits.parametersMax else {
                throw SIPParseError(.tooManyParameters, "more than \(limits.parametersMax)", at: .uri)
            }
            list.append(Component(name: Array(name), value: Array(value)))
        }
        return list
    }

    /// Whether all bytes are unreserved, one of `marks`, or a `%` with two hexadecimal digits.
    private static func isEscaped(_ text: ArraySlice<UInt8>, allowing marks: ASCIISet) -> Bool {
        var rest = text
        while let byte = rest.popFirst() {
            if byte == ASCII.percent {
                guard let high = rest.popFirst(), let low = rest.popFirst(), Hex.isDigit(high), Hex.isDigit(low) else {
                    return false
                }
            } else if !isUnreserved(byte) && !marks.contains(byte) {
                return false
            }
        }
        return true
    }

    static func isUnreserved(_ byte: UInt8) -> Bool { ASCII.isAlphanumeric(byte) || unreservedMarks.contains(byte) }

    // RFC 3261 §25.1, in its order: mark, user-unreserved, password, param-unreserved, hnv-unreserved; RFC 2396 uric.
    private static let unreservedMarks = ASCIISet("-_.!~*'()")
    static let userMarks = ASCIISet("&=+$,;?/")
    private static let passwordMarks = ASCIISet("&=+$,")
    private static let parameterMarks = ASCIISet("[]/:&+$")
    private static let headerMarks = ASCIISet("[]/?:+$")
    private static let absoluteMarks = ASCIISet(";/?:@&=+$,[]#")
    private static let schemeMarks = ASCIISet("+-.")
    static let visualSeparators = ASCIISet("-.()")
}
