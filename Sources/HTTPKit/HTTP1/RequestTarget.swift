internal import Base

/// A request target (RFC 9112 §3.2): origin-form, absolute-form, and `*` for OPTIONS.
enum RequestTarget {
    static func parse(_ target: [UInt8], method: Method) throws(Refusal) -> (path: [UInt8], query: [UInt8]?) {
        let plain = try target.withUnsafeBufferPointer { target throws(Refusal) in try plainPathCount(ByteView(target)) }
        guard let plain else { return try parseFully(target, method: method) }
        return plain == target.count ? (target, nil) : (Array(target[..<plain]), Array(target[(plain + 1)...]))
    }

    static func parse(_ target: ByteView, method: Method) throws(Refusal) -> (path: [UInt8], query: [UInt8]?) {
        guard let plain = try plainPathCount(target) else { return try parseFully(Array(target), method: method) }
        return (Array(target[..<plain]), plain == target.count ? nil : Array(target[(plain + 1)...]))
    }

    /// Nearly all targets are a path without anything encoded and without a segment that begins with a dot: for these one look is enough.
    /// - Returns: where the path ends, or nil where a closer look is needed.
    private static func plainPathCount(_ target: ByteView) throws(Refusal) -> Int? {
        guard target.isTarget else { throw .malformed("the request target is malformed") }
        guard target.first == UInt8(ascii: "/"), target.position(of: UInt8(ascii: "%")) == nil else { return nil }
        var dot = target.position(of: UInt8(ascii: "."))
        while let position = dot {
            if target[position - 1] == UInt8(ascii: "/") { return nil }
            dot = target.position(of: UInt8(ascii: "."), from: position + 1)
        }
        return target.position(of: UInt8(ascii: "?")) ?? target.count
    }

    private static func parseFully(_ target: [UInt8], method: Method) throws(Refusal) -> (path: [UInt8], query: [UInt8]?) {
        guard !target.isEmpty else { throw .malformed("the request target is malformed") }
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
        for scheme in ["http://", "https://"]
        where target.prefix(scheme.utf8.count).equalsIgnoringCase(scheme.utf8) {
            // The authority ends at the first of these (RFC 3986 §3.2); to look for the slash alone would read another path than a proxy does.
            let rest = target.dropFirst(scheme.utf8.count)
            let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            guard end > rest.startIndex, rest[..<end].withUnsafeBytes(Authority.isValid) else { break }
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
