import Testing

@testable import HTTPKit

/// Frames on streams that are over, on the wire (RFC 9113 §5.1, §5.1.1).
@Suite struct HTTP2LateFrameTests {
    private static let get = HPACK.request("GET", "/hello")

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let frames: [Frame]
        let code: UInt32

        init(_ name: String, _ code: UInt32, _ frames: Frame...) {
            testDescription = name
            self.code = code
            self.frames = frames
        }
    }

    static let cases = [
        Case("content after the end, on an open stream", Frame.Code.streamClosed, .headers(1, HPACK.request("GET", "/gate/x")), .data(1, [0])),
        Case(
            "header fields after the end, on an open stream", Frame.Code.streamClosed, .headers(1, HPACK.request("GET", "/gate/x")),
            .headers(1, get)),
        Case("content on a stream that has ended", Frame.Code.streamClosed, .headers(1, get), .ping(), .data(1, [0])),
        Case("header fields on a stream that has ended", Frame.Code.streamClosed, .headers(1, get), .ping(), .headers(1, get)),
        Case("content on a stream that the peer has reset", Frame.Code.streamClosed, .headers(1, get, endsStream: false), .reset(1), .data(1, [0])),
        Case(
            "header fields on a stream that the peer has reset", Frame.Code.streamClosed, .headers(1, get, endsStream: false), .reset(1),
            .headers(1, get)),
        Case("a lower identifier than before", Frame.Code.protocolError, .headers(5, get), .headers(3, get)),
        Case("the lowest identifier, never used", Frame.Code.protocolError, .headers(7, get), .headers(1, get)),
        Case("content on a lower identifier that was never used", Frame.Code.protocolError, .headers(5, get), .data(3, [0])),
        Case("content on a higher identifier", Frame.Code.protocolError, .headers(1, get), .data(3, [0])),
        Case("an even identifier", Frame.Code.protocolError, .headers(2, get)),
    ]

    @Test(arguments: [0xa, 0xb, 0xc, 0x10, 0x77, 0xff] as [UInt8], [0, 1, 2] as [UInt32])
    func `frames of a kind that is not known here are few or end the connection`(
        _ kind: UInt8, stream: UInt32
    ) async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.wire.send(.headers(1, Self.get))
            _ = try client.answer(on: 1)
            // An honest client sends one with each request.
            for number in 1..<400 as Range<UInt32> {
                client.wire.send(Frame(kind, stream: stream, [1, 2, 3]), .headers(2 * number + 1, Self.get))
                #expect(try client.answer(on: 2 * number + 1).status == 200)
            }
            client.wire.send((0..<400).flatMap { _ in Frame(kind, stream: stream, []).bytes })
            try client.wire.readToEnd()
            #expect(client.wire.goAways.last?.goAwayCode == Frame.Code.enhanceYourCalm)
        }
    }

    @Test(arguments: cases) func `a frame that no honest peer sends ends the connection with its code`(_ wrong: Case) async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            for frame in wrong.frames {
                client.wire.send(frame)
                // So that an answer has gone before the next frame comes.
                if frame.kind == Frame.Kind.ping { _ = try client.answer(on: 1) }
            }
            try client.wire.readToEnd()
            #expect(client.wire.goAways.last?.goAwayCode == wrong.code)
            server.gate.open()
            await eventually { server.server.connectionCount == 0 && server.server.inFlight == 0 }
        }
    }

    @Test func `content that was under way when the server reset the stream is discarded, and the connection goes on`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            let content = [UInt8](repeating: 7, count: 16_000)
            client.wire.send(.headers(1, HPACK.request("POST", "/echo", [("expect", "more")]), endsStream: false))
            for number in 0..<4 { client.wire.send(.data(1, content, endsStream: number == 3)) }
            let refusal = try client.answer(on: 1)
            #expect(refusal.status == 417)
            let block = HPACK.request("POST", "/echo", [("x", String(repeating: "a", count: 20_000))])
            client.wire.send(.headers(3, Array(block.prefix(16_000)), endsStream: false, endsHeaders: false))
            client.wire.send(.continuation(3, Array(block.dropFirst(16_000)), endsHeaders: true))
            for number in 0..<4 { client.wire.send(.data(3, content, endsStream: number == 3)) }
            _ = try client.answer(on: 3)
            // The header table and the windows are still in step.
            client.wire.send(.headers(5, Self.get + HPACK.indexed("x", "y")))
            #expect(try client.answer(on: 5).text == "hello")
            client.post(7, "/echo", Array(repeating: 7, count: 60_000))
            #expect(try client.answer(on: 7).content.count == 60_000)
        }
    }

    @Test func `window updates and resets that come late harm nobody`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            for number in 0..<50 as Range<UInt32> {
                let stream = 2 * number + 1
                client.get(stream, "/hello")
                #expect(try client.answer(on: stream).text == "hello")
                client.wire.send(.windowUpdate(stream, 100))
            }
            client.wire.send(.reset(99))
            client.get(101, "/hello")
            #expect(try client.answer(on: 101).text == "hello")
        }
    }
}
