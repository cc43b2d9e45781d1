@testable import HTTPKit

/// HTTP/1 requests, chunked bodies among them: however the bytes are cut, the same requests come out and the same end is reached.
enum RequestFuzzer {
    struct Seen: Equatable {
        let method: HTTPKit.Method
        let path: [UInt8]
        let query: [UInt8]?
        let fields: [[UInt8]]
        let body: [UInt8]
        let framing: BodyFraming
        let flags: [Bool]
    }

    enum End: Equatable {
        case wantsMore(RequestDecoder.Stage)
        case refused(Status)

        /// Two faults in one message: which is found first may depend on the cuts where one of them is a size.
        func agrees(with other: End) -> Bool {
            switch (self, other) {
            case (.refused(let one), .refused(let another)): one == another || Sizes.isStatus(one) || Sizes.isStatus(another)
            default: self == other
            }
        }
    }

    static func run(_ input: [UInt8]) {
        let ways = Pieces.ways(of: input).map(decode)
        for way in ways {
            require(way.requests == ways[0].requests, "the same requests however the bytes are cut: \(way.requests) and \(ways[0].requests)")
            require(way.end.agrees(with: ways[0].end), "the same end however the bytes are cut: \(way.end) and \(ways[0].end)")
        }
        for request in ways[0].requests { check(request) }
    }

    /// Small, so that an input of a few hundred bytes reaches each.
    private static let limits: ServerLimits = {
        var limits = ServerLimits()
        limits.requestLineBytesMax = 128
        limits.headBytesMax = 512
        limits.fieldCountMax = 8
        limits.bodyBytesMax = 256
        return limits
    }()

    private static func decode(_ pieces: [[UInt8]]) -> (requests: [Seen], end: End) {
        var decoder = RequestDecoder(limits: limits)
        var requests: [Seen] = []
        for piece in pieces {
            do {
                try piece.withUnsafeBytes { bytes in
                    var rest = bytes
                    repeat {
                        let before = rest.count
                        switch try decoder.next(&rest) {
                        case .needMore, .expectsContinue: require(rest.isEmpty, "all bytes are taken before more are wanted")
                        case .request(let head, let body):
                            requests.append(seen(head, body))
                            require(rest.count < before, "a request takes bytes")
                        }
                    } while !rest.isEmpty
                }
            } catch {
                return (requests, .refused((error as? Refusal)?.status ?? .ok))
            }
        }
        return (requests, .wantsMore(decoder.stage))
    }

    private static func seen(_ head: RequestHead, _ body: [UInt8]) -> Seen {
        Seen(
            method: head.method, path: head.path, query: head.query, fields: Sizes.list(head.fields), body: body, framing: head.framing,
            flags: [head.isHTTP11, head.keepsAlive, head.expectsContinue])
    }

    private static func check(_ request: Seen) {
        require(request.path.first == UInt8(ascii: "/") || request.path == [UInt8(ascii: "*")], "a path begins with a slash")
        require(request.body.count <= limits.bodyBytesMax, "a body keeps its limit")
        require(request.fields.count <= 2 * limits.fieldCountMax, "there are no more fields than the limit")
        require(request.fields.allSatisfy { $0.allSatisfy(HTTPCharacters.isFieldContent) }, "no field holds a control character")
        if case .length(let count) = request.framing { require(request.body.count == count, "the body is as long as was said") }
    }
}

enum Sizes {
    /// The statuses that say that something is too large.
    static func isStatus(_ status: Status) -> Bool { [.contentTooLarge, .uriTooLong, .headerFieldsTooLarge].contains(status) }

    /// Name, value, name, value...
    static func list(_ fields: Fields) -> [[UInt8]] {
        var list: [[UInt8]] = []
        fields.forEach { name, value in list += [Array(name), Array(value)] }
        return list
    }
}
