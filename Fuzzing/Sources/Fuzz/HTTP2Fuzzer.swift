internal import Base

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

        func session(_ session: HTTP2ServerSession, refused refusal: Refusal, _ method: HTTPKit.Method?, began: Instant) -> Response {
            seen.append("refused \(refusal.status)")
            return Problem(refusal).response
        }

        func session(_ session: HTTP2ServerSession, mayHold count: Int) -> Bool { true }
        func session(_ session: HTTP2ServerSession, ended stream: Int32) {}
    }

    static func run(_ input: [UInt8]) {
        let ways = Pieces.ways(of: input)
        let seen = ways.map { serve($0, patient, sendsAtOnce: false) }
        for way in seen { require(way == seen[0], "the same requests however the bytes are cut: \(way) and \(seen[0])") }
        for way in ways { _ = serve(way, limits, sendsAtOnce: true) }
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

    /// Without the bounds whose effect depends on the cuts: nghttp2 counts a CONTINUATION anew with each read that has a part of its frame's
    /// head, and while no answer is sent no stream is over.
    private static let patient: ServerLimits = {
        var patient = limits
        patient.http2.streamsMax = 1_000
        patient.http2.glitchesMax = 100_000
        patient.http2.acknowledgementsQueuedMax = 100_000
        patient.http2.continuationsMax = 100_000
        return patient
    }()

    private static let outputBytesMax = 1_048_576
    /// One instant for all: no run may depend on how fast it is.
    private static let now = Instant.now

    /// - Parameter sendsAtOnce: after each piece, as a server does. What a frame means depends on whether its stream is over, and so on when
    ///   the answer was sent: to compare the ways, all is sent in the end.
    private static func serve(_ pieces: [[UInt8]], _ limits: ServerLimits, sendsAtOnce: Bool) -> [String] {
        let handler = Handler()
        let session = HTTP2ServerSession(limits: limits, peer: Peer(address: "192.0.2.1:1"), now: now)
        session.delegate = handler
        session.date = Array("now".utf8)
        do {
            for piece in pieces {
                try piece.withUnsafeBytes { try session.receive($0) }
                if sendsAtOnce { try send(session) }
                require(session.streamCount <= limits.http2.streamsMax, "there are no more streams than the limit")
            }
            try send(session)
        } catch { return handler.seen }
        _ = session.endOverdue()
        return handler.seen
    }

    private static func send(_ session: HTTP2ServerSession) throws {
        var output: [UInt8] = []
        try session.appendOutput(to: &output, countMax: outputBytesMax)
        require(output.count < outputBytesMax, "a small input makes a small output")
    }
}
