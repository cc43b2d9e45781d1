internal import Base

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
