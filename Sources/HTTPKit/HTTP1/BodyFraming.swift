internal import Base

/// How the end of a body is found (RFC 9112 §6.3).
enum BodyFraming: Equatable {
    case none
    case length(Int)
    case chunked
    /// A response's only.
    case untilClose

    /// From the fields alone: nil where neither `Content-Length` nor `Transfer-Encoding` is there.
    static func declared(in fields: Fields, _ found: FramingFields, isHTTP11: Bool) throws(Refusal) -> BodyFraming? {
        let (length, coding) = (found.contentLength, found.transferEncoding)
        guard length.count == 0 || coding.count == 0 else { throw .malformed("both Content-Length and Transfer-Encoding are given") }
        guard length.count <= 1, coding.count <= 1 else { throw .malformed("the length of the body is given twice") }
        guard !found.hasUnderscoredName else { throw .malformed("the length of the body is given under another name") }
        if coding.count == 1 {
            guard isHTTP11 else { throw .malformed("Transfer-Encoding in an HTTP/1.0 message") }
            if let refusal = fields.withValue(coding.value, refusal(ofCoding:)) { throw refusal }
            return .chunked
        }
        guard length.count == 1 else { return nil }
        guard let count = fields.withValue(length.value, { decimal($0, digitsMax: 10) }) else {
            throw .malformed("Content-Length is not a decimal number")
        }
        return .length(count)
    }

    /// What does not end in chunked has no end that can be found (RFC 9112 §6.3); what does may still be in a coding that is not known here.
    private static func refusal(ofCoding coding: ByteView) -> Refusal? {
        let chunked: StaticString = "chunked"
        if coding.equalsIgnoringCase(chunked) { return nil }
        var lastStart = 0
        while let comma = coding.position(of: UInt8(ascii: ","), from: lastStart) { lastStart = comma + 1 }
        let others = coding.view(0..<max(lastStart - 1, 0))
        let isList = !others.isEmpty && others.allSatisfy { HTTPCharacters.token.contains($0) || $0 == UInt8(ascii: ",") || $0 == ASCII.space }
        let endsChunked = coding.view(coding.trimmed(lastStart..<coding.count)).equalsIgnoringCase(chunked)
        guard endsChunked, isList, !others.listHas(chunked.view) else { return .malformed("Transfer-Encoding is malformed") }
        return Refusal(.notImplemented, "the only transfer coding here is chunked")
    }

    /// `1*DIGIT`, bounded, so that it cannot overflow.
    static func decimal(_ text: ByteView, digitsMax: Int) -> Int? {
        guard !text.isEmpty, text.count <= digitsMax else { return nil }
        var number = 0
        for byte in text {
            guard ASCII.isDigit(byte) else { return nil }
            number = number &* 10 &+ Int(byte & 0x0f)
        }
        return number
    }
}
