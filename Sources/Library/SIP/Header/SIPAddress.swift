internal import Base

/// A value of From, To, Path or P-Associated-URI: a URI, which may have a display name before it and parameters after it.
package struct SIPAddress: Sendable, Equatable {
    /// The display name without quotes, with quoted-pairs resolved. Nil when there is none.
    package var displayName: [UInt8]?
    package var uri: SIPURI
    package var parameters: SIPParameters

    package init(_ uri: SIPURI, displayName: [UInt8]? = nil, tag: [UInt8]? = nil) {
        self.displayName = displayName
        self.uri = uri
        parameters = SIPParameters()
        if let tag { parameters.set("tag", to: tag) }
    }

    package var tag: [UInt8]? { parameters.value("tag") }

    /// The value, always with angle brackets, so that no URI parameter becomes a header parameter.
    package var bytes: [UInt8] {
        var text: [UInt8] = []
        if let displayName {
            QuotedString.write(displayName, to: &text)
            text.append(ASCII.space)
        }
        text.append(ASCII.less)
        text += uri.text
        text.append(ASCII.greater)
        parameters.write(to: &text)
        return text
    }
}

extension SIPAddress {
    /// Reads `( name-addr / addr-spec ) *(; parameter)` (RFC 3261 §25.1).
    init(from scanner: inout FieldScanner) throws(SIPParseError) {
        scanner.skipBlanks()
        displayName = try Self.displayName(from: &scanner)
        if scanner.next == ASCII.less {
            uri = try Self.bracketedURI(from: &scanner)
        } else {
            uri = try Self.bareURI(from: &scanner)
        }
        parameters = try scanner.parameters()
        if let tag = parameters.parameter("tag") {
            guard case .token(let text) = tag.value, text.isToken else { throw scanner.failure(.badHeaderValue, "the tag is not a token") }
        }
    }

    /// Reads `"quoted"` or `token token` where an angle bracket follows, otherwise nothing.
    private static func displayName(from scanner: inout FieldScanner) throws(SIPParseError) -> [UInt8]? {
        var ahead = scanner
        if scanner.next == ASCII.quote {
            let name = try ahead.quotedString()
            ahead.skipBlanks()
            guard ahead.next == ASCII.less else { throw ahead.failure(.badHeaderValue, "a display name without a URI in brackets") }
            scanner = ahead
            return name
        }
        let name = ahead.takeWhile { SIPCharacters.isToken($0) || ASCII.isBlank($0) }.trimmingBlanks()
        guard ahead.next == ASCII.less, !name.isEmpty else { return nil }
        scanner = ahead
        return Array(name)
    }

    private static func bracketedURI(from scanner: inout FieldScanner) throws(SIPParseError) -> SIPURI {
        scanner.advance()
        let start = scanner
        let text = scanner.takeWhile { $0 != ASCII.greater }
        guard scanner.next == ASCII.greater else { throw scanner.failure(.badHeaderValue, "the URI's bracket does not close") }
        let uri = try read(text, at: start)
        scanner.advance()
        return uri
    }

    /// Reads a URI without brackets. A comma, a question mark or a semicolon ends it: a URI that has one needs brackets (RFC 3261 §20).
    private static func bareURI(from scanner: inout FieldScanner) throws(SIPParseError) -> SIPURI {
        let start = scanner
        let text = scanner.takeWhile { $0 != ASCII.comma && $0 != ASCII.semicolon && $0 != ASCII.question && !ASCII.isBlank($0) }
        guard scanner.next != ASCII.question else { throw scanner.failure(.badHeaderValue, "a URI with headers stands without brackets") }
        return try read(text, at: start)
    }

    private static func read(_ text: ArraySlice<UInt8>, at start: FieldScanner) throws(SIPParseError) -> SIPURI {
        do {
            return try SIPURI(text, limits: start.limits)
        } catch {
            throw start.failure(error.code, error.reason)
        }
    }
}
