internal import Base

/// The head of an HTTP/1.1 response (RFC 9112 §4).
struct ResponseHead {
    let status: Status
    let fields: Fields
    let framing: BodyFraming
    /// What the peer says of the connection; holds where the body has an end of its own.
    let keepsAlive: Bool

    init(_ bounds: HeadBounds, of bytes: ByteView) throws(Refusal) {
        guard !bounds.startLine.isEmpty else { throw .malformed("there is no status line") }
        let line = bytes.view(bounds.startLine)
        let isHTTP11 = line.starts(with: "HTTP/1.1 ")
        guard isHTTP11 || line.starts(with: "HTTP/1.0 "), line.count >= 12, line.count == 12 || line[12] == ASCII.space,
            let code = BodyFraming.decimal(line.view(9..<12), digitsMax: 3), 100..<600 ~= code, line.isFieldContent
        else { throw .malformed("the status line is malformed") }
        status = Status(code)
        fields = try FieldLines.parse(bytes.view(bounds.fieldLines), count: bounds.fieldCount)
        let found = FramingFields(in: fields)
        framing = try BodyFraming.declared(in: fields, found, isHTTP11: isHTTP11) ?? .untilClose
        keepsAlive = found.keepsAlive(fields, isHTTP11: isHTTP11)
    }
}
