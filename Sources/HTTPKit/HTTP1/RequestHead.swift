/// The head of an HTTP/1.1 request, checked (RFC 9112 §3).
struct RequestHead {
    let method: Method
    let path: [UInt8]
    let query: [UInt8]?
    let fields: Fields
    let framing: BodyFraming
    let isHTTP11: Bool
    let keepsAlive: Bool
    let expectsContinue: Bool

    /// - Parameter lines: of `bytes`, the request line first.
    init(lines: [Range<Int>], of bytes: UnsafeRawBufferPointer) throws(Refusal) {
        guard let first = lines.first else { throw .malformed("there is no request line") }
        let line = UnsafeRawBufferPointer(rebasing: bytes[first]).bindMemory(to: UInt8.self)
        guard let methodEnd = line.firstIndex(of: ASCII.space), let targetEnd = line.lastIndex(of: ASCII.space), methodEnd < targetEnd,
            ASCII.areToken(UnsafeBufferPointer(rebasing: line[..<methodEnd]))
        else { throw .malformed("the request line is malformed") }
        let target = UnsafeBufferPointer(rebasing: line[(methodEnd + 1)..<targetEnd])
        guard !target.contains(ASCII.space) else { throw .malformed("the request line is malformed") }
        isHTTP11 = try RequestHead.isHTTP11(UnsafeBufferPointer(rebasing: line[(targetEnd + 1)...]))
        guard let method = Method(UnsafeBufferPointer(rebasing: line[..<methodEnd])) else { throw Refusal(.notImplemented, "the method is not known") }
        self.method = method
        (path, query) = try RequestTarget.parse(target, method: method)
        fields = try FieldLines.parse(lines.dropFirst(), of: bytes)
        try RequestHead.checkHost(fields, isHTTP11: isHTTP11)
        framing = try BodyFraming.declared(in: fields, isHTTP11: isHTTP11) ?? .none
        expectsContinue = try RequestHead.expectsContinue(fields, isHTTP11: isHTTP11)
        let closes = fields.hasToken("close", in: "Connection")
        keepsAlive = isHTTP11 ? !closes : !closes && fields.hasToken("keep-alive", in: "Connection")
    }

    private static func isHTTP11(_ version: UnsafeBufferPointer<UInt8>) throws(Refusal) -> Bool {
        if version.elementsEqual("HTTP/1.1".utf8) { return true }
        if version.elementsEqual("HTTP/1.0".utf8) { return false }
        let text = Array(version)
        guard text.count == 8, text.starts(with: "HTTP/".utf8), ASCII.isDigit(text[5]), text[6] == UInt8(ascii: "."), ASCII.isDigit(text[7]) else {
            throw .malformed("the HTTP version is malformed")
        }
        throw Refusal(.versionNotSupported, "the versions here are HTTP/1.1 and HTTP/1.0")
    }

    /// Exactly one `Host` in HTTP/1.1, and one that can be a host (RFC 9112 §3.2).
    private static func checkHost(_ fields: Fields, isHTTP11: Bool) throws(Refusal) {
        let count = fields.count(of: "Host")
        guard count == 1 || (count == 0 && !isHTTP11) else { throw .malformed("there must be one Host field") }
        guard fields.bytes(of: "Host").map({ $0.allSatisfy(ASCII.isAuthority) }) ?? true else { throw .malformed("the Host field is malformed") }
    }

    private static func expectsContinue(_ fields: Fields, isHTTP11: Bool) throws(Refusal) -> Bool {
        guard isHTTP11, let expectation = fields.bytes(of: "Expect") else { return false }
        guard fields.count(of: "Expect") == 1, expectation.elementsEqual("100-continue".utf8, by: ASCII.equalIgnoringCase) else {
            throw Refusal(.expectationFailed, "the only expectation met here is 100-continue")
        }
        return true
    }
}

/// A request target (RFC 9112 §3.2): origin-form, absolute-form, and `*` for OPTIONS.
enum RequestTarget {
    static func parse(_ target: [UInt8], method: Method) throws(Refusal) -> (path: [UInt8], query: [UInt8]?) {
        try target.withUnsafeBufferPointer { (target) throws(Refusal) in try parse(target, method: method) }
    }

    static func parse(_ target: UnsafeBufferPointer<UInt8>, method: Method) throws(Refusal) -> (path: [UInt8], query: [UInt8]?) {
        guard !target.isEmpty, ASCII.areTarget(target) else { throw .malformed("the request target is malformed") }
        // Most are a plain path: nothing to resolve, nothing to decode.
        if target[0] == UInt8(ascii: "/"), isPlain(target) { return (Array(target), nil) }
        return try parseSlowly(Array(target), method: method)
    }

    /// Whether there is no query, no encoded byte, and no segment that begins with a dot.
    private static func isPlain(_ target: UnsafeBufferPointer<UInt8>) -> Bool {
        var previous: UInt8 = 0
        for byte in target {
            if byte == UInt8(ascii: "?") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: ".") && previous == UInt8(ascii: "/") { return false }
            previous = byte
        }
        return true
    }

    private static func parseSlowly(_ target: [UInt8], method: Method) throws(Refusal) -> (path: [UInt8], query: [UInt8]?) {
        if target == [UInt8(ascii: "*")], method == .options { return (target, nil) }
        let origin = try originForm(target)
        let mark = origin.firstIndex(of: UInt8(ascii: "?")) ?? origin.endIndex
        let path = Array(origin[..<mark])
        let query = mark == origin.endIndex ? nil : Array(origin[(mark + 1)...])
        guard hasValidEncoding(path), hasValidEncoding(query ?? []) else { throw .malformed("the request target is not percent-encoded correctly") }
        for segment in path.split(separator: UInt8(ascii: "/")) where isDots(segment) { throw .malformed("the path holds a dot segment") }
        return (path, query)
    }

    private static func originForm(_ target: [UInt8]) throws(Refusal) -> ArraySlice<UInt8> {
        if target.first == UInt8(ascii: "/") { return target[...] }
        for scheme in ["http://", "https://"] where target.prefix(scheme.utf8.count).elementsEqual(scheme.utf8, by: ASCII.equalIgnoringCase) {
            // The authority ends at the first of these (RFC 3986 §3.2); to look for the slash alone would read another path than a proxy does.
            let rest = target.dropFirst(scheme.utf8.count)
            let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            guard end > rest.startIndex, rest[..<end].allSatisfy(ASCII.isAuthority) else { break }
            if end == rest.endIndex { return [UInt8(ascii: "/")] }
            guard rest[end] == UInt8(ascii: "/") else { break }
            return rest[end...]
        }
        throw .malformed("the request target is not a path")
    }

    private static func hasValidEncoding(_ text: [UInt8]) -> Bool {
        !text.contains(UInt8(ascii: "%")) || PercentCoding.decode(text) != nil
    }

    /// `.` and `..`, also when encoded: nobody here has a use for them, and somebody in front may resolve them.
    private static func isDots(_ segment: ArraySlice<UInt8>) -> Bool {
        guard segment.count <= 6, let decoded = PercentCoding.decode(segment) else { return false }
        return decoded == [UInt8(ascii: ".")] || decoded == [UInt8(ascii: "."), UInt8(ascii: ".")]
    }
}
