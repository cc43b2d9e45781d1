internal import Base

/// Readers of header fields. Each throws a `SIPParseError` with the field and the offset in it.
extension SIPHeaders {
    /// The Via values, topmost first.
    ///
    /// - Throws: `.missingHeader` when there is none.
    package func vias() throws(SIPParseError) -> [SIPVia] {
        let vias = try list(.via, max: limits.viasMax, SIPVia.init(from:))
        guard !vias.isEmpty else { throw SIPParseError(.missingHeader, "must be there", at: .header(.via, offset: 0)) }
        return vias
    }

    package func from() throws(SIPParseError) -> SIPAddress { try one(.from, required(.from), SIPAddress.init(from:)) }

    package func to() throws(SIPParseError) -> SIPAddress { try one(.to, required(.to), SIPAddress.init(from:)) }

    package func cSeq() throws(SIPParseError) -> SIPCSeq { try one(.cSeq, required(.cSeq), SIPCSeq.init(from:)) }

    /// The Call-ID. All visible characters are taken: user agents use more than the grammar allows, and only equality matters.
    package func callID() throws(SIPParseError) -> [UInt8] {
        let value = try required(.callID)
        guard !value.isEmpty, value.allSatisfy(ASCII.isVisible) else {
            throw SIPParseError(.badHeaderValue, "not an identifier", at: .header(.callID, offset: 0))
        }
        return Array(value)
    }

    package func contacts() throws(SIPParseError) -> SIPContacts {
        if all(.contact).contains(where: { $0.elementsEqual([ASCII.asterisk]) }) {
            _ = try single(.contact)
            return .all
        }
        return .list(try list(.contact, max: limits.contactsMax, SIPContact.init(from:)))
    }

    /// The seconds of Expires. Nil without the field; 3600 for a value that is not a number of 32 bits (RFC 4475 §3.1.2.4).
    package func expires() throws(SIPParseError) -> UInt32? { try single(.expires).map(SIPExpires.read) }

    /// The seconds of Min-Expires in a 423 (RFC 3261 §20.23).
    package func minExpires() throws(SIPParseError) -> UInt32? { try number(.minExpires, upTo: .max) }

    /// Max-Forwards, 0...255 (RFC 3261 §20.22). Nil without the field, which RFC 2543 clients do not send.
    package func maxForwards() throws(SIPParseError) -> UInt32? { try number(.maxForwards, upTo: 255) }

    /// The Content-Length. Nil without the field.
    package func contentLength() throws(SIPParseError) -> Int? { try number(.contentLength, upTo: UInt32(Int32.max)).map(Int.init) }

    /// The Digest credentials in order. Other schemes are passed over.
    package func authorizations() throws(SIPParseError) -> [DigestCredentials] {
        try authParameters(.authorization).map { (parameters) throws(SIPParseError) in try DigestCredentials(parameters) }
    }

    /// The Digest challenges in the server's order of preference (RFC 8760 §2.3). Other schemes are passed over.
    package func challenges() throws(SIPParseError) -> [DigestChallenge] {
        try authParameters(.wwwAuthenticate).map { (parameters) throws(SIPParseError) in try DigestChallenge(parameters) }
    }

    /// The values of Path, Service-Route, Route, Record-Route, P-Associated-URI or P-Asserted-Identity, in order.
    package func addresses(_ name: SIPHeaderName) throws(SIPParseError) -> [SIPAddress] {
        try list(name, max: limits.listValuesMax, SIPAddress.init(from:))
    }

    /// The tokens of Require, Supported, Proxy-Require, Allow, Unsupported or Content-Encoding, in order. Supported may be empty, and a comma too
    /// many at the end of a field is passed over.
    package func tokens(_ name: SIPHeaderName) throws(SIPParseError) -> [[UInt8]] {
        let tokens = try list(name, max: limits.listValuesMax) { (scanner) throws(SIPParseError) in
            scanner.isAtEnd ? [] : Array(try scanner.token("a token"))
        }
        return tokens.filter { !$0.isEmpty }
    }

    /// The Event of a SUBSCRIBE or NOTIFY. Nil without the field.
    package func event() throws(SIPParseError) -> SIPEvent? {
        guard let value = try single(.event) else { return nil }
        return try one(.event, value, SIPEvent.init(from:))
    }

    /// Whether Accept lets a body of a media type through. Without the field nothing is said, and the answer is nil.
    package func accepts(_ type: StaticString, _ subtype: StaticString) throws(SIPParseError) -> Bool? {
        guard first(.accept) != nil else { return nil }
        let ranges = try list(.accept, max: limits.listValuesMax, SIPMediaRange.init(from:))
        let matching = ranges.filter { $0.contains(type, subtype) }
        // The most precise range counts (RFC 9110 §12.5.1).
        return matching.max { $0.precision < $1.precision }.map { $0.qThousandths > 0 } ?? false
    }

    package func sessionID() throws(SIPParseError) -> SessionID? {
        guard let value = try single(.sessionID) else { return nil }
        return try one(.sessionID, value, SessionID.init(from:))
    }
}

extension SIPHeaders {
    private typealias Reader<Value> = (inout FieldScanner) throws(SIPParseError) -> Value

    /// Reads a field that has one value.
    private func one<Value>(_ name: SIPHeaderName, _ value: ArraySlice<UInt8>, _ read: Reader<Value>) throws(SIPParseError) -> Value {
        var scanner = FieldScanner(value, of: name, limits: limits)
        let result = try read(&scanner)
        try scanner.expectEnd()
        return result
    }

    /// The values between commas of all fields of a name, as if they were one field (RFC 3261 §7.3.1). An empty field has none.
    private func list<Value>(_ name: SIPHeaderName, max: Int, _ read: Reader<Value>) throws(SIPParseError) -> [Value] {
        var values: [Value] = []
        for field in fields where field.name == name && !field.value.isEmpty {
            var scanner = FieldScanner(field.value, of: name, limits: limits)
            repeat {
                guard values.count < max else { throw scanner.failure(.tooManyValues, "more than \(max)") }
                values.append(try read(&scanner))
            } while scanner.take(ASCII.comma)
            try scanner.expectEnd()
        }
        return values
    }

    private func number(_ name: SIPHeaderName, upTo max: UInt32) throws(SIPParseError) -> UInt32? {
        guard let value = try single(name) else { return nil }
        return try one(name, value) { (scanner) throws(SIPParseError) in try scanner.number(upTo: max, "the value") }
    }

    /// The parameters of each field with a challenge or credentials. Commas do not join these fields (RFC 3261 §7.3.1).
    private func authParameters(_ name: SIPHeaderName) throws(SIPParseError) -> [AuthParameters] {
        var found: [AuthParameters] = []
        for (index, value) in all(name).enumerated() {
            guard index < limits.listValuesMax else {
                throw SIPParseError(.tooManyValues, "more than \(limits.listValuesMax)", at: .header(name, offset: 0))
            }
            if let parameters = try AuthParameters(value, of: name, limits: limits) { found.append(parameters) }
        }
        return found
    }
}
