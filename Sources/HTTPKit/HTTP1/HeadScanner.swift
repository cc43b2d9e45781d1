internal import Base

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
