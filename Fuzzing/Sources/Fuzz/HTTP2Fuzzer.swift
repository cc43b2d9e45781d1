@testable import HTTPKit

/// A server's side of HTTP/2: however the bytes are cut, the same requests come out; each gets an answer; nothing grows beyond its limit.
enum HTTP2Fuzzer {
    /// What the session tells, and an answer to each request within the call.
    private final class Handler: HTTP2ServerSessionDelegate {
        var seen: [String] = []

        func session(_ session: HTTP2ServerSession, received request: Request, on stream: Int32) {
            require(request.path.first == UInt8(ascii: "/") || request.path == [UInt8(ascii: "*")], "a path begins with a slash")
            require(request.body.count <= limits.bodyBytesMax, "a body keeps its limit")
            let fields = Sizes.list(request.fields).map { String(decoding: $0, as: UTF8.self) }
            seen.append("\(stream) \(request.method) \(request.path) \(request.query ?? []) \(fields) \(request.body)")
            session.answer(Response(.ok, fields: ["X": "y"], body: request.body), on: stream)
        }

        func session(_ session: HTTP2ServerSession, refused refusal: Refusal) { seen.append("refused \(refusal.status)") }
        func session(_ session: HTTP2ServerSession, ended stream: Int32) {}
    }

    static func run(_ input: [UInt8]) {
        let ways = Pieces.ways(of: input).map(serve)
        for way in ways { require(way == ways[0], "the same requests however the bytes are cut: \(way) and \(ways[0])") }
    }

    private static let limits: ServerLimits = {
        var limits = ServerLimits()
        limits.headBytesMax = 512
        limits.requestLineBytesMax = 128
        limits.fieldCountMax = 8
        limits.bodyBytesMax = 256
        limits.http2.streamsMax = 4
        limits.http2.refusedFieldBytesMax = 2_048
        return limits
    }()

    private static let outputBytesMax = 1_048_576
    /// One instant for all: no run may depend on how fast it is.
    private static let now = ContinuousClock.now

    private static func serve(_ pieces: [[UInt8]]) -> [String] {
        let handler = Handler()
        let session = HTTP2ServerSession(limits: limits, peer: Peer(address: "192.0.2.1:1"), now: now)
        session.delegate = handler
        session.date = Array("now".utf8)
        var output: [UInt8] = []
        for piece in pieces {
            do {
                try piece.withUnsafeBytes { try session.receive($0) }
                output.removeAll(keepingCapacity: true)
                try session.appendOutput(to: &output, countMax: outputBytesMax)
            } catch { break }
            require(output.count < outputBytesMax, "a small input makes a small output")
            require(session.streamCount <= limits.http2.streamsMax, "there are no more streams than the limit")
            if session.isOver { break }
        }
        _ = session.endOverdue()
        return handler.seen
    }
}
