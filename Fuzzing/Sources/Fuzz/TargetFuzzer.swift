@testable import HTTPKit

/// Request targets, percent-encoding and query items.
enum TargetFuzzer {
    static func run(_ input: [UInt8]) {
        for method in [HTTPKit.Method.get, .options] {
            guard let (path, query) = try? RequestTarget.parse(input, method: method) else { continue }
            check(path, query, method)
        }
        checkEncoding(input)
        let request = Request(method: .get, path: [UInt8(ascii: "/")], query: input)
        for name in ["limit", "cursor", "trace", ""] { _ = try? request.queryItem(name) }
    }

    private static func check(_ path: [UInt8], _ query: [UInt8]?, _ method: HTTPKit.Method) {
        require(path == [UInt8(ascii: "*")] || path.first == UInt8(ascii: "/"), "a path begins with a slash")
        require(!path.contains(UInt8(ascii: "?")), "a path ends at the question mark")
        require(PercentCoding.decode(path) != nil && PercentCoding.decode(query ?? []) != nil, "what is accepted can be decoded")
        let whole = path + (query.map { [UInt8(ascii: "?")] + $0 } ?? [])
        let again = mustNotThrow("what is accepted is accepted again") { try RequestTarget.parse(whole, method: method) }
        require(again.path == path && again.query == query, "the path and the query are a target's own")
        for segment in path.split(separator: UInt8(ascii: "/")) {
            let decoded = unwrapped(PercentCoding.decode(segment), "each segment can be decoded")
            require(decoded != Array(".".utf8) && decoded != Array("..".utf8), "there is no dot segment, not even an encoded one")
        }
    }

    private static func checkEncoding(_ bytes: [UInt8]) {
        guard let decoded = PercentCoding.decode(bytes) else { return }
        require(decoded.count <= bytes.count, "decoding does not make longer")
        // A NUL can stand in what was never encoded, and is then no longer accepted.
        guard !decoded.contains(0) else { return }
        require(PercentCoding.decode(Array(PercentCoding.encodeSegment(decoded).utf8)) == decoded, "encoding is undone by decoding")
    }
}
