internal import Base

/// The bounds of a message's head.
struct HeadLimits {
    let headBytesMax: Int
    let startLineBytesMax: Int
    let fieldCountMax: Int
}

/// Where in the bytes a head that is complete has its parts.
struct HeadBounds {
    /// Without its CRLF; empty where the head is nothing but an empty line.
    let startLine: Range<Int>
    /// Whole lines, each with its CRLF.
    let fieldLines: Range<Int>
    let fieldCount: Int
    /// Of the head with its empty line.
    let byteCount: Int
}

/// Finds the end of a message's head, line by line, without looking at any byte twice.
struct HeadScanner {
    // Small, because every idle connection has one.
    private var lineStart: Int32 = 0
    private var scanned: Int32 = 0
    private var startLineEnd: Int32 = 0
    private var lineCount: Int32 = 0

    /// Looks on from where it stopped. No line is empty but the last.
    /// - Returns: nil where the head is not complete yet.
    mutating func scan(_ bytes: ByteView, _ limits: HeadLimits) throws(Refusal) -> HeadBounds? {
        var lineStart = Int(lineStart)
        var lineCount = Int(lineCount)
        var scanned = Int(scanned)
        while let lineFeed = bytes.position(of: ASCII.lineFeed, from: scanned) {
            guard lineFeed > lineStart, bytes[lineFeed - 1] == ASCII.carriageReturn else { throw .malformed("a line ends with a bare LF") }
            let lineEnd = lineFeed - 1
            if lineEnd == lineStart { return bounds(lineStart, lineCount) }
            if lineCount == 0 {
                guard lineEnd <= limits.startLineBytesMax else { throw lineTooLong }
                startLineEnd = Int32(clamping: lineEnd)
            }
            guard lineEnd <= limits.headBytesMax else { throw tooLarge }
            guard lineCount <= limits.fieldCountMax else { throw Refusal(.headerFieldsTooLarge, "there are too many header fields") }
            lineCount += 1
            scanned = lineFeed + 1
            lineStart = scanned
        }
        // The limits are of lines without their ends: what may still turn out to be a CR, and the last CRLF with it, does not count.
        guard lineCount > 0 || bytes.count - 1 <= limits.startLineBytesMax else { throw lineTooLong }
        guard bytes.count - 3 <= limits.headBytesMax else { throw tooLarge }
        (self.lineStart, self.scanned, self.lineCount) = (Int32(clamping: lineStart), Int32(clamping: bytes.count), Int32(clamping: lineCount))
        return nil
    }

    /// - Parameter end: where the empty line begins.
    private func bounds(_ end: Int, _ lineCount: Int) -> HeadBounds {
        let startLineEnd = lineCount == 0 ? 0 : Int(startLineEnd)
        return HeadBounds(
            startLine: 0..<startLineEnd, fieldLines: min(startLineEnd + 2, end)..<end, fieldCount: max(lineCount - 1, 0), byteCount: end + 2)
    }

    private var tooLarge: Refusal { Refusal(.headerFieldsTooLarge, "the header fields are too large") }
    private var lineTooLong: Refusal { Refusal(.uriTooLong, "the request line is too long") }
}

/// The field lines of a head (RFC 9112 §5).
enum FieldLines {
    /// - Parameter lines: none of them empty, each with its CRLF.
    static func parse(_ lines: ByteView, count: Int) throws(Refusal) -> Fields {
        var fields = Fields(lines: lines, countMax: count)
        var start = 0
        while let lineFeed = lines.position(of: ASCII.lineFeed, from: start) {
            let (name, value) = try split(lines, start..<max(lineFeed - 1, start))
            fields.note(name: name, value: value)
            start = lineFeed + 1
        }
        return fields
    }

    /// Where in the line, which has no CRLF, name and value are.
    @discardableResult
    static func split(_ bytes: ByteView, _ line: Range<Int>) throws(Refusal) -> (name: Range<Int>, value: Range<Int>) {
        guard let colon = bytes.position(of: UInt8(ascii: ":"), from: line.lowerBound), line.lowerBound < colon, colon < line.upperBound,
            bytes.view(line.lowerBound..<colon).isAll(
                HTTPCharacters.token, surely: { $0.isLowerCase | $0.isUpperCase | $0.equals(UInt8(ascii: "-")) })
        else { throw fault(bytes.view(line)) }
        let value = bytes.trimmed(colon + 1..<line.upperBound)
        guard bytes.view(value).isFieldContent else { throw .malformed("a header field holds a control character") }
        return (line.lowerBound..<colon, value)
    }

    private static func fault(_ line: ByteView) -> Refusal {
        guard let first = line.first, !ASCII.isBlank(first) else { return .malformed("a header line is folded") }
        guard line.position(of: UInt8(ascii: ":")) != nil else { return .malformed("a header line has no colon") }
        return .malformed("a header field's name is not a token")
    }
}

/// The fields that say whom a message is for, where it ends and what becomes of its connection: found in one look over all fields.
struct FramingFields {
    struct Found {
        private(set) var count = 0
        /// Of the last one.
        private(set) var value = 0..<0

        @inline(__always) mutating func add(_ value: Range<Int>) {
            count += 1
            self.value = value
        }
    }

    private(set) var host = Found()
    private(set) var expect = Found()
    private(set) var connection = Found()
    private(set) var contentLength = Found()
    private(set) var transferEncoding = Found()
    /// Some servers in front take an underscore for a hyphen, and would see a body where we see none.
    private(set) var hasDisguised = false

    init(in fields: Fields) {
        fields.forEachName { name, value in
            switch name.count {
            case 4 where name.equalsIgnoringCase("Host"): host.add(value)
            case 6 where name.equalsIgnoringCase("Expect"): expect.add(value)
            case 10 where name.equalsIgnoringCase("Connection"): connection.add(value)
            case 14 where name.equalsIgnoringCase("Content-Length"): contentLength.add(value)
            case 14 where name.equalsIgnoringCase("Content_Length"): hasDisguised = true
            case 17 where name.equalsIgnoringCase("Transfer-Encoding"): transferEncoding.add(value)
            case 17 where name.equalsIgnoringCase("Transfer_Encoding"): hasDisguised = true
            default: break
            }
        }
    }

    /// What the peer says of the connection (RFC 9112 §9.3).
    func keepsAlive(_ fields: Fields, isHTTP11: Bool) -> Bool {
        guard connection.count > 0 else { return isHTTP11 }
        let closes = fields.hasToken("close", in: "Connection")
        return isHTTP11 ? !closes : !closes && fields.hasToken("keep-alive", in: "Connection")
    }
}

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
        guard !found.hasDisguised else { throw .malformed("the length of the body is given under another name") }
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

    static func decimal(_ text: [UInt8], digitsMax: Int) -> Int? { text.withUnsafeBytes { decimal($0, digitsMax: digitsMax) } }
}
