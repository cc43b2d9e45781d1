internal import Base

/// Start line and header fields, cut apart but not yet understood.
///
/// Goes on after the first fault as far as it can, so that a broken request may still be answered.
struct SIPHead {
    private(set) var startLine: ArraySlice<UInt8> = []
    private(set) var headers: SIPHeaders
    /// Index of the first byte behind the empty line.
    private(set) var bodyStart: Int
    private(set) var fault: SIPParseError?

    private let bytes: ArraySlice<UInt8>
    private let limits: SIPLimits

    /// - Parameter bytes: begins with the start line.
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
    /// - Returns: the index behind the empty line, or nil when there is none within the limit.
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
        /// Unfolded, without its CRLF.
        var text: ArraySlice<UInt8>
        /// Index behind the CRLF.
        var end: Int
        /// Index of its first byte.
        var start: Int
    }

    /// One line with its continuation lines: each CRLF with the blanks after it becomes one space (RFC 3261 §7.3.1).
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
        // A line ends at CRLF. Anything else that somebody may take for a line end is refused: it hides fields from one of two readers.
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

    /// `name [blanks] : value` (RFC 3261 §25.1 HCOLON).
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

    /// Keeps the first fault: what comes after it may be its consequence.
    private mutating func note(_ code: SIPParseError.Code, _ reason: String, at index: Int) {
        guard fault == nil else { return }
        fault = SIPParseError(code, reason, at: .message(offset: index - bytes.startIndex))
    }

    /// What an answer needs; nil when this is a response or ACK, or lacks a field.
    var answerable: SIPRequestHeadFields? {
        guard !startLine.prefix(4).equalsIgnoringCase("SIP/") else { return nil }
        return SIPRequestHeadFields(method: startLine.prefix { !ASCII.isBlank($0) }, headers: headers)
    }
}
