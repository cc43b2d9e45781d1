internal import Glibc

/// Why a message is refused: the status to answer with, and what was wrong. Nothing is ever repaired.
package struct Refusal: Error, Equatable {
    package let status: Status
    package let reason: String

    init(_ status: Status, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    static func malformed(_ reason: String) -> Refusal { Refusal(.badRequest, reason) }

    var response: Response { Problem(status, detail: reason, cause: "INVALID_MSG_FORMAT").response }
}

/// Finds the end of a message's head, line by line, without looking at any byte twice.
struct HeadScanner {
    /// Start line and field lines, each without its CRLF.
    private(set) var lines: [Range<Int>] = []
    private var lineStart = 0
    private var scanned = 0

    let headBytesMax: Int
    let startLineBytesMax: Int
    let fieldCountMax: Int

    init(headBytesMax: Int, startLineBytesMax: Int, fieldCountMax: Int) {
        self.headBytesMax = headBytesMax
        self.startLineBytesMax = startLineBytesMax
        self.fieldCountMax = fieldCountMax
    }

    /// Looks on from where it stopped.
    /// - Returns: the number of bytes of the head with its empty line, or nil where it is not complete yet.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(Refusal) -> Int? {
        while scanned < bytes.count, let base = bytes.baseAddress {
            // Safety: looks at `bytes` only, whose end is given.
            guard let found = memchr(base + scanned, Int32(ASCII.lineFeed), bytes.count - scanned) else {
                scanned = bytes.count
                break
            }
            scanned = base.distance(to: UnsafeRawPointer(found))
            guard scanned > lineStart || !lines.isEmpty, scanned > 0, bytes[scanned - 1] == ASCII.carriageReturn else {
                throw .malformed("a line ends with a bare LF")
            }
            let line = lineStart..<scanned - 1
            scanned += 1
            lineStart = scanned
            if line.isEmpty { return scanned }
            try check(line)
            if lines.isEmpty { lines.reserveCapacity(16) }
            lines.append(line)
        }
        // The limits are of lines without their ends: what may still turn out to be a CR, and the last CRLF with it, does not count.
        guard !lines.isEmpty || bytes.count - 1 <= startLineBytesMax else { throw lineTooLong }
        guard bytes.count - 3 <= headBytesMax else { throw tooLarge }
        return nil
    }

    private var tooLarge: Refusal { Refusal(.headerFieldsTooLarge, "the header fields are too large") }
    private var lineTooLong: Refusal { Refusal(.uriTooLong, "the request line is too long") }

    private func check(_ line: Range<Int>) throws(Refusal) {
        if lines.isEmpty, line.count > startLineBytesMax { throw lineTooLong }
        guard line.upperBound <= headBytesMax else { throw tooLarge }
        guard lines.count <= fieldCountMax else { throw Refusal(.headerFieldsTooLarge, "there are too many header fields") }
    }
}

/// The field lines of a head (RFC 9112 §5).
enum FieldLines {
    static func parse(_ lines: some Sequence<Range<Int>>, of bytes: UnsafeRawBufferPointer) throws(Refusal) -> Fields {
        var fields = Fields()
        for line in lines { try append(UnsafeRawBufferPointer(rebasing: bytes[line]), to: &fields) }
        return fields
    }

    private static func append(_ line: UnsafeRawBufferPointer, to fields: inout Fields) throws(Refusal) {
        guard let first = line.first, first != ASCII.space, first != ASCII.tab else { throw .malformed("a header line is folded") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .malformed("a header line has no colon") }
        let octets = line.bindMemory(to: UInt8.self)
        let name = UnsafeBufferPointer(rebasing: octets[..<colon])
        guard ASCII.areToken(name) else { throw .malformed("a header field's name is not a token") }
        var (start, end) = (colon + 1, octets.count)
        while start < end, octets[start] == ASCII.space || octets[start] == ASCII.tab { start += 1 }
        while end > start, octets[end - 1] == ASCII.space || octets[end - 1] == ASCII.tab { end -= 1 }
        let value = UnsafeBufferPointer(rebasing: octets[start..<end])
        guard ASCII.areFieldContent(value) else { throw .malformed("a header field holds a control character") }
        fields.append(checkedName: name, value: value)
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
    static func declared(in fields: Fields, isHTTP11: Bool) throws(Refusal) -> BodyFraming? {
        let lengths = fields.count(of: "Content-Length")
        let codings = fields.count(of: "Transfer-Encoding")
        if lengths == 0, codings == 0 { return nil }
        guard lengths == 0 || codings == 0 else { throw .malformed("both Content-Length and Transfer-Encoding are given") }
        guard lengths <= 1, codings <= 1 else { throw .malformed("the length of the body is given twice") }
        if codings > 0, let coding = fields.bytes(of: "Transfer-Encoding") {
            guard isHTTP11 else { throw .malformed("Transfer-Encoding in an HTTP/1.0 message") }
            guard coding.elementsEqual("chunked".utf8, by: ASCII.equalIgnoringCase) else {
                let isList = !coding.isEmpty && coding.allSatisfy { ASCII.isToken($0) || $0 == UInt8(ascii: ",") || $0 == ASCII.space }
                throw isList ? Refusal(.notImplemented, "the only transfer coding here is chunked") : .malformed("Transfer-Encoding is malformed")
            }
            return .chunked
        }
        guard let length = fields.bytes(of: "Content-Length") else { return nil }
        guard let count = decimal(length, digitsMax: 10) else { throw .malformed("Content-Length is not a decimal number") }
        return .length(count)
    }

    /// `1*DIGIT`, bounded, so that it cannot overflow.
    static func decimal(_ text: some Collection<UInt8>, digitsMax: Int) -> Int? {
        guard !text.isEmpty, text.count <= digitsMax, text.allSatisfy(ASCII.isDigit) else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
