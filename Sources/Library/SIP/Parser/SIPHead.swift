internal import Base

/// The start line and the header fields of a message, separated and not parsed.
///
/// Reading goes on after the first fault as far as it can, so that a malformed request may still be answered.
struct SIPHead {
    private(set) var startLine: ArraySlice<UInt8> = []
    private(set) var headers: SIPHeaders
    /// The index of the first byte after the empty line.
    private(set) var bodyStart: Int
    private(set) var fault: SIPParseError?

    private let bytes: ArraySlice<UInt8>
    private let limits: SIPLimits

    /// - Parameter bytes: bytes that begin with the start line.
    init(_ bytes: ArraySlice<UInt8>, limits: SIPLimits) {
        self.bytes = bytes
        self.limits = limits
        headers = SIPHeaders(limits: limits)
        bodyStart = bytes.endIndex
        guard let end = read(from: bytes.startIndex) else {
            if bytes.count > limits.headBytesMax { note(.headTooLong, "longer than \(limits.headBytesMax) bytes", at: bytes.endIndex) }
            note(.headNotTerminated, "no empty line ends the head", at: bytes.endIndex)
            return
        }
        bodyStart = end
        if end - bytes.startIndex > limits.headBytesMax { note(.headTooLong, "longer than \(limits.headBytesMax) bytes", at: end) }
    }

    /// Reads line by line.
    /// - Returns: the index after the empty line; nil when there is none within the limit.
    private mutating func read(from start: Int) -> Int? {
        var index = start
        var isStartLine = true
        while index < bytes.endIndex, index - start <= limits.headBytesMax {
            guard let line = nextLine(from: index) else { return nil }
            if line.text.isEmpty { return line.end }
            if isStartLine { take(startLine: line) } else { take(field: line) }
            guard headers.fields.count <= limits.headerFieldsMax else {
                note(.tooManyHeaders, "more than \(limits.headerFieldsMax)", at: index)
                return nil
            }
            isStartLine = false
            index = line.end
        }
        return nil
    }

    private struct Line {
        /// The line without folding and without its CRLF.
        var text: ArraySlice<UInt8>
        /// The index after the CRLF.
        var end: Int
        /// The index of the first byte of the line.
        var start: Int
    }

    /// Reads one line with its continuation lines. Each CRLF with the blanks after it becomes one space (RFC 3261 §7.3.1).
    private mutating func nextLine(from start: Int) -> Line? {
        guard var line = physicalLine(from: start) else { return nil }
        guard !line.text.isEmpty else { return line }
        var unfolded: [UInt8] = []
        while line.end < bytes.endIndex, ASCII.isBlank(bytes[line.end]), line.end - start <= limits.lineBytesMax {
            guard let more = physicalLine(from: line.end) else { return nil }
            if unfolded.isEmpty { unfolded = Array(line.text) }
            unfolded.append(ASCII.space)
            unfolded += more.text.drop(while: ASCII.isBlank)
            line.end = more.end
        }
        if !unfolded.isEmpty { line.text = unfolded[...] }
        if line.end - start > limits.lineBytesMax { note(.lineTooLong, "longer than \(limits.lineBytesMax) bytes", at: start) }
        return line
    }

    private mutating func physicalLine(from start: Int) -> Line? {
        var index = start
        var end = start
        // A line ends at CRLF. A bare CR or LF is refused: some readers take it for a line end, and would see other fields than this one.
        while index < bytes.endIndex {
            let byte = bytes[index]
            end = index
            index += 1
            if byte == ASCII.carriageReturn, index < bytes.endIndex, bytes[index] == ASCII.lineFeed {
                return Line(text: bytes[start..<end], end: index + 1, start: start)
            }
            if byte == ASCII.carriageReturn || byte == ASCII.lineFeed { note(.badLineEnding, "CR and LF come together or not at all", at: end) }
        }
        return nil
    }

    private mutating func take(startLine line: Line) {
        startLine = line.text
        guard line.text.isFieldText else { return note(.controlCharacter, "in the start line", at: line.start) }
    }

    /// Reads `name [blanks] : value` (RFC 3261 §25.1 HCOLON).
    private mutating func take(field line: Line) {
        let name = line.text.prefix { $0 != ASCII.colon }
        guard name.endIndex < line.text.endIndex, let headerName = SIPHeaderName(name[..<Self.endOfName(name)]) else {
            return note(.badHeaderLine, "not a header field", at: line.start)
        }
        let value = line.text[(name.endIndex + 1)...]
        guard value.isFieldText else { return note(.controlCharacter, "in the field \(headerName)", at: line.start) }
        headers.append(SIPHeader(headerName, value.trimmingBlanks()))
    }

    private static func endOfName(_ text: ArraySlice<UInt8>) -> Int {
        text.lastIndex { !ASCII.isBlank($0) }.map { $0 + 1 } ?? text.startIndex
    }

    /// Keeps the first fault only: later ones may be its consequence.
    private mutating func note(_ code: SIPParseError.Code, _ reason: String, at index: Int) {
        guard fault == nil else { return }
        fault = SIPParseError(code, reason, at: .message(offset: index - bytes.startIndex))
    }

    /// The fields that a response repeats; nil for a response, for ACK, and where a field is missing.
    var answerable: SIPRequestHeadFields? {
        guard !startLine.prefix(4).equalsIgnoringCase("SIP/") else { return nil }
        return SIPRequestHeadFields(method: startLine.prefix { !ASCII.isBlank($0) }, headers: headers)
    }
}
