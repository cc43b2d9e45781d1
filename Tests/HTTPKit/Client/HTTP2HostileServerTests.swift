import Testing

@testable import HTTPKit

/// Servers of HTTP/2 that break its rules or wear their clients out: they are left, and what they were asked fails.
@Suite struct HTTP2HostileServerTests {
    /// What the first request comes to, whose stream the script is given; the next one has a server that behaves.
    private func outcome(
        isLeft: Bool, limits: (inout ClientLimits) -> Void = { _ in }, _ script: @escaping @Sendable (HTTP2Peer, UInt32) -> Void
    ) async throws -> ClientError? {
        var error: ClientError?
        let hasPlayed = Flag()
        let server = try RawServer(http2: { peer in
            if peer.number == 1, let stream = try peer.nextRequest() { script(peer, stream) }
            hasPlayed.set()
            try peer.echoToEnd()
        })
        try await withClient(of: server, speaking: .http2, limits: limits) { laboratory in
            error = await laboratory.ask("/first", within: .seconds(5)).error
            // Who is in the middle of a flood is not left yet.
            if isLeft { await eventually { hasPlayed.isSet } }
            #expect(await laboratory.ask("/next").text == "/next")
            #expect(server.connectionCount == (isLeft ? 2 : 1))
        }
        return error
    }

    @Test func `one that pushes is left`() async throws {
        let error = try await outcome(isLeft: true) { (peer, stream) in
            peer.wire.send(
                Frame(Frame.Kind.pushPromise, flags: Frame.Flag.endHeaders, stream: stream, [0, 0, 0, 2] + HPACK.request("GET", "/pushed")))
        }
        #expect(error == .of(.invalidResponse, maybeProcessed: true))
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", String(repeating: "\0", count: 64)])
    func `one that speaks something else is left`(_ text: String) async throws {
        let server = try RawServer { connection in
            connection.readRequest()
            connection.send(text)
            connection.readToEnd()
        }
        try await withClient(of: server, speaking: .http2) { #expect(await $0.ask().error == .of(.invalidResponse, maybeProcessed: true)) }
    }

    @Test func `fields beyond the limits are no valid response, and the connection goes on`() async throws {
        let blocks = [
            HPACK.response(200, [("a", String(repeating: "x", count: 400))]), HPACK.response(200, (0..<20).map { ("a\($0)", "b") }),
            // A name and a value that are in the table once and counted each time they are named.
            HPACK.response(200) + HPACK.indexed("a", String(repeating: "x", count: 100)) + [UInt8](repeating: HPACK.lastEntered, count: 10_000),
        ]
        for block in blocks {
            let error = try await outcome(isLeft: false, limits: { ($0.headBytesMax, $0.fieldCountMax) = (300, 8) }) { (peer, stream) in
                peer.wire.send(.headers(stream, block))
            }
            #expect(error == .of(.invalidResponse, maybeProcessed: true))
        }
    }

    @Test func `a header block without end is left`() async throws {
        let error = try await outcome(isLeft: true) { (peer, stream) in
            peer.wire.send(.headers(stream, HPACK.response(200), endsStream: true, endsHeaders: false))
            for _ in 0..<1_000 where peer.wire.send(.continuation(stream, HPACK.block([("a", "b")]))) {}
        }
        #expect(error?.maybeProcessed == true)
    }

    @Test func `a body beyond the limit is no valid response`() async throws {
        let error = try await outcome(isLeft: false, limits: { $0.bodyBytesMax = 1_000 }) { (peer, stream) in
            peer.wire.send(
                .headers(stream, HPACK.response(200), endsStream: false), .data(stream, [UInt8](repeating: 1, count: 1_000), endsStream: false))
            peer.wire.send(.data(stream, [1]))
        }
        #expect(error?.maybeProcessed == true)
    }

    @Test(arguments: [
        [(":status", "abc")], [(":status", "200"), (":status", "200")], [("a", "b")], [(":status", "200"), ("Upper", "case")],
        [(":status", "200"), (":path", "/")], [(":status", "200"), ("connection", "close")], [(":status", "200"), ("content-length", "5")],
        [(":status", "200"), ("content-length", "1"), ("content-length", "2")], [(":status", "101")], [(":status", "099")], [(":status", "600")],
    ]) func `a response that is malformed is none`(_ fields: HPACK.Fields) async throws {
        let error = try await outcome(isLeft: false) { (peer, stream) in peer.wire.send(.headers(stream, HPACK.block(fields))) }
        #expect(error == .of(.invalidResponse, maybeProcessed: true))
    }

    @Test(arguments: [["content-length": "3"], ["content-length": "1"]]) func `content of another length than it says is no response`(
        _ fields: [String: String]
    ) async throws {
        let error = try await outcome(isLeft: false) { (peer, stream) in
            peer.wire.send(.headers(stream, HPACK.response(200, fields.map { ($0.key, $0.value) }), endsStream: false), .data(stream, [1, 2]))
        }
        #expect(error == .of(.invalidResponse, maybeProcessed: true))
    }

    @Test func `frames that break the protocol are no response`() async throws {
        let frames: [@Sendable (UInt32) -> Frame] = [
            { .data($0, [1]) }, { .windowUpdate($0, 0) }, { _ in .data(0, [1]) }, { Frame(Frame.Kind.continuation, stream: $0, []) },
            { _ in Frame(Frame.Kind.ping, stream: 0, [1]) },
        ]
        for frame in frames {
            let server = try RawServer(http2: { peer in
                guard let stream = try peer.nextRequest() else { return }
                peer.wire.send(frame(stream))
                try peer.wire.readToEnd()
            })
            try await withClient(of: server, speaking: .http2) {
                #expect(await $0.ask(within: .seconds(5)).error == .of(.invalidResponse, maybeProcessed: true))
            }
        }
    }

    @Test func `a client passes over so many interim responses and no more`() async throws {
        for (count, isTaken) in [(8, true), (9, false)] {
            let error = try await outcome(isLeft: false) { (peer, stream) in
                for _ in 0..<count { peer.wire.send(.headers(stream, HPACK.response(103), endsStream: false)) }
                peer.answer(stream)
            }
            #expect(error == (isTaken ? nil : .of(.invalidResponse, maybeProcessed: true)))
        }
    }

    enum Flood: CaseIterable {
        case pings, pingAnswers, settings, emptyData, windowUpdates, priorities, resets, unknown, alternatives, origins, priorityUpdates, goAways

        func frame(_ stream: UInt32) -> Frame {
            switch self {
            case .pings: .ping()
            case .pingAnswers: .ping(isAcknowledgement: true)
            case .settings: .settings()
            case .emptyData: .data(stream, endsStream: false)
            case .windowUpdates: .windowUpdate(0, 1)
            case .priorities: .priority(stream, dependsOn: 0)
            case .unknown: Frame(0xfe, stream: stream, [1])
            case .alternatives: Frame(0xa, stream: 0, [0, 1, 97, 98])
            case .origins: Frame(0xc, stream: 0, [])
            case .priorityUpdates: Frame(0x10, stream: 0, [0, 0, 0, 1, 117, 61, 49])
            case .goAways: .goAway(last: 0x7fff_ffff)
            case .resets: .reset(stream, Frame.Code.cancel)
            }
        }
    }

    @Test(arguments: Flood.allCases) func `one that floods is left`(_ flood: Flood) async throws {
        let sent = Counter()
        let error = try await outcome(isLeft: true) { (peer, stream) in
            peer.wire.send(.headers(stream, HPACK.response(200), endsStream: false))
            while sent.next() < 1_000_000, peer.wire.send(flood.frame(stream)) {}
        }
        #expect(error?.maybeProcessed == true)
        #expect(sent.value < 1_000_000)
    }
}
