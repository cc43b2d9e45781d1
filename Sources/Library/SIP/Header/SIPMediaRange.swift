internal import Base

/// One value of Accept: a media type, or all of a kind, and how welcome it is (RFC 3261 §20.1).
struct SIPMediaRange: Sendable {
    private let type: [UInt8]
    private let subtype: [UInt8]
    /// 0...1000; at 0 the range is excluded.
    let qThousandths: UInt16

    init(from scanner: inout FieldScanner) throws(SIPParseError) {
        type = Array(try scanner.token("a media type"))
        try scanner.expect(ASCII.slash, "expected a slash")
        subtype = Array(try scanner.token("a media subtype"))
        let q = try scanner.parameters().parameter("q")
        guard let text = q?.value?.bytes else {
            guard q == nil else { throw scanner.failure(.badHeaderValue, "q has no value") }
            qThousandths = 1_000
            return
        }
        guard let value = SIPContact.thousandths(text) else { throw scanner.failure(.badHeaderValue, "q is not between 0 and 1") }
        qThousandths = value
    }

    /// How many parts of the media type the range names.
    var precision: Int { (type == [ASCII.asterisk] ? 0 : 1) + (subtype == [ASCII.asterisk] ? 0 : 1) }

    func contains(_ type: StaticString, _ subtype: StaticString) -> Bool {
        (self.type == [ASCII.asterisk] || self.type.equalsIgnoringCase(type))
            && (self.subtype == [ASCII.asterisk] || self.subtype.equalsIgnoringCase(subtype))
    }
}
