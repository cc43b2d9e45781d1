internal import Base

/// The head of an HTTP/1.1 request, checked (RFC 9112 §3). One object, for it is handed on whole from the decoder to the connection.
final class RequestHead {
    let method: Method
    let path: [UInt8]
    let query: [UInt8]?
    let fields: Fields
    let framing: BodyFraming
    let isHTTP11: Bool
    let keepsAlive: Bool
    let expectsContinue: Bool

    /// - Parameter bounds: of the head in `bytes`.
    init(_ bounds: HeadBounds, of bytes: ByteView) throws(Refusal) {
        let line = bytes.view(bounds.startLine)
        guard let first = line.position(of: ASCII.space), let second = line.position(of: ASCII.space, from: first + 1),
            line.position(of: ASCII.space, from: second + 1) == nil, first > 0, line.view(0..<first).isAll(HTTPCharacters.token)
        else { throw .malformed("the request line is malformed") }
        isHTTP11 = try RequestHead.isHTTP11(line.view(second + 1..<line.count))
        guard let method = Method(line.view(0..<first)) else { throw Refusal(.notImplemented, "the method is not known") }
        self.method = method
        (path, query) = try RequestTarget.parse(line.view(first + 1..<second), method: method)
        fields = try FieldLines.parse(bytes.view(bounds.fieldLines), count: bounds.fieldCount)
        let found = FramingFields(in: fields)
        try RequestHead.checkHost(found.host, fields, isHTTP11: isHTTP11)
        framing = try BodyFraming.declared(in: fields, found, isHTTP11: isHTTP11) ?? .none
        expectsContinue = try RequestHead.expectsContinue(found.expect, fields, isHTTP11: isHTTP11)
        keepsAlive = found.keepsAlive(fields, isHTTP11: isHTTP11)
    }

    private static func isHTTP11(_ version: ByteView) throws(Refusal) -> Bool {
        if version.equals("HTTP/1.1") { return true }
        if version.equals("HTTP/1.0") { return false }
        guard version.count == 8, version.starts(with: "HTTP/"), ASCII.isDigit(version[5]), version[6] == UInt8(ascii: "."), ASCII.isDigit(version[7])
        else {
            throw .malformed("the HTTP version is malformed")
        }
        throw Refusal(.versionNotSupported, "the versions here are HTTP/1.1 and HTTP/1.0")
    }

    /// Exactly one `Host` in HTTP/1.1, and one that can be a host (RFC 9112 §3.2).
    private static func checkHost(_ host: FramingFields.Found, _ fields: Fields, isHTTP11: Bool) throws(Refusal) {
        guard host.count == 1 || (host.count == 0 && !isHTTP11) else { throw .malformed("there must be one Host field") }
        guard fields.withValue(host.value, Authority.isValid) else { throw .malformed("the Host field is malformed") }
    }

    private static func expectsContinue(_ expectation: FramingFields.Found, _ fields: Fields, isHTTP11: Bool) throws(Refusal) -> Bool {
        guard isHTTP11, expectation.count > 0 else { return false }
        guard expectation.count == 1, fields.withValue(expectation.value, { $0.equalsIgnoringCase("100-continue") }) else {
            throw Refusal(.expectationFailed, "the only expectation met here is 100-continue")
        }
        return true
    }
}
