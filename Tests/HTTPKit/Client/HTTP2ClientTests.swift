import Glibc
import Testing

@testable import HTTPKit

/// A client's connections of HTTP/2: how requests share them, and what is made of servers that leave or refuse.
@Suite struct HTTP2ClientTests {
    @Test func `many requests share a connection, and answers in any order find theirs`() async throws {
        let server = try RawServer(http2: { peer in
            for stream in try peer.requests(50).shuffled() { peer.answer(stream, peer.path(of: stream)) }
            try peer.echoToEnd()
        })
        try await withClient(of: server, speaking: .http2) { laboratory in
            #expect(await laboratory.askAtOnce(50).map(\.text) == (0..<50).map { "/\($0)" })
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `where the first connection is full there is a second one, no third, and a bounded number waits`() async throws {
        let (requests, gate) = (Counter(), Gate())
        let server = try RawServer(
            settings: [(Frame.Setting.maxConcurrentStreams, 2)],
            http2: { peer in
                try peer.wire.read { $0.isAcknowledged }
                for stream in try peer.requests(peer.number == 1 ? 1 : 0) { peer.answer(stream) }
                let held = try peer.requests(2)
                for _ in held { requests.next() }
                gate.waitBlocking()
                for stream in held { peer.answer(stream, "\(peer.number)") }
                while let stream = try peer.nextRequest() { peer.answer(stream, "\(peer.number)") }
            })
        try await withClient(of: server, speaking: .http2, limits: { $0.waitingPerOriginMax = 2 }) { laboratory in
            #expect(await laboratory.ask().text == "")
            let held = (0..<4).map { _ in laboratory.begin() }
            await eventually { requests.value == 4 }
            let waiting = [laboratory.begin(), laboratory.begin()]
            #expect(await laboratory.ask().error == .of(.overloaded, maybeProcessed: false))
            gate.open()
            var texts: [String?] = []
            for task in held { texts.append(await task.value.text) }
            #expect(texts.compactMap(\.self).sorted() == ["1", "1", "2", "2"])
            for task in waiting { #expect(await task.value.text != nil) }
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `a server that gives room later has what waits for it`() async throws {
        let mayGiveRoom = Gate()
        let server = try RawServer(http2: { peer in
            for stream in try peer.requests(1) {
                peer.wire.send(Frame.settings([(Frame.Setting.maxConcurrentStreams, 0)]).bytes)
                peer.answer(stream)
            }
            mayGiveRoom.waitBlocking()
            peer.wire.send(Frame.settings([(Frame.Setting.maxConcurrentStreams, 10)]).bytes)
            try peer.echoToEnd()
        })
        try await withClient(of: server, speaking: .http2, limits: { $0.http2ConnectionsPerOriginMax = 1 }) { laboratory in
            #expect(await laboratory.ask().text == "")
            let waiting = [laboratory.begin("/a", within: .seconds(2)), laboratory.begin("/b", within: .seconds(2))]
            await laboratory.settle()
            mayGiveRoom.open()
            for (task, path) in zip(waiting, ["/a", "/b"]) { #expect(await task.value.text == path) }
        }
    }

    @Test func `requests past the last stream of a server that leaves go to a new connection, and those before it are awaited`() async throws {
        let isLeft = Gate()
        let server = try RawServer(http2: { peer in
            guard peer.number == 1 else { return try peer.echoToEnd() }
            let streams = try peer.requests(5)
            peer.wire.send(.goAway(last: streams[1]))
            // Until a new connection has served the others.
            isLeft.waitBlocking()
            for stream in streams.prefix(2) { peer.answer(stream, "late \(peer.path(of: stream))") }
            try peer.wire.readToEnd()
        })
        try await withClient(of: server, speaking: .http2) { laboratory in
            let tasks = (0..<5).map { laboratory.begin("/\($0)") }
            for number in 2..<5 { #expect(await tasks[number].value.text == "/\(number)") }
            #expect(await laboratory.ask("/next").text == "/next")
            isLeft.open()
            for number in 0..<2 { #expect(await tasks[number].value.text == "late /\(number)") }
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `requests that had not been written when the server left go to a new connection`() async throws {
        let isLeft = Gate()
        let isBlocked = Flag()
        var calls = SystemCalls.kernel
        let write = calls.write
        calls.write = { descriptor, bytes, count in
            guard isBlocked.isSet else { return write(descriptor, bytes, count) }
            errno = EAGAIN
            return -1
        }
        let server = try RawServer(http2: { peer in
            guard peer.number == 1, let stream = try peer.nextRequest() else { return try peer.echoToEnd() }
            peer.answer(stream)
            isLeft.waitBlocking()
            peer.wire.send(.goAway(last: stream))
            try peer.wire.readToEnd()
        })
        try await withClient(of: server, speaking: .http2, calls: calls) { laboratory in
            #expect(await laboratory.ask().text == "")
            isBlocked.set()
            // The first is left with the socket, the second behind it.
            let first = laboratory.begin("/0")
            await laboratory.settle()
            let second = laboratory.begin("/1")
            await laboratory.settle()
            isLeft.open()
            await eventually { server.connectionCount == 2 }
            isBlocked.clear()
            #expect(await first.value.text == "/0")
            #expect(await second.value.text == "/1")
        }
    }

    @Test func `a server that closes after it has left leaves the earlier requests in doubt and the later ones not`() async throws {
        let server = try RawServer(http2: { peer in
            guard peer.number == 1 else { return try peer.echoToEnd() }
            let streams = try peer.requests(3)
            peer.wire.send(.goAway(last: streams[0]))
            peer.connection.endSending()
            try peer.wire.readToEnd()
        })
        try await withClient(of: server, speaking: .http2) { laboratory in
            let outcomes = await laboratory.askAtOnce(3)
            #expect(outcomes[0].error == .of(.connectionClosed, maybeProcessed: true))
            #expect(outcomes.dropFirst().map(\.text) == ["/1", "/2"])
        }
    }

    @Test(arguments: [false, true])
    func `what a server said before it reset the connection holds, also where a request that cannot be sent is what shows the reset`(
        isShownBySending: Bool
    ) async throws {
        let (isHeldUp, isReset) = (Flag(), Flag())
        let server = try RawServer(http2: { peer in
            guard peer.number == 1 else { return try peer.echoToEnd() }
            let streams = try peer.requests(4)
            if isShownBySending { isHeldUp.set() }
            peer.wire.send(.headers(streams[0], HPACK.response(204)), .goAway(last: streams[1]))
            peer.connection.reset()
        })
        try await withClient(of: server, speaking: .http2, calls: .holdingReads(while: isHeldUp, noting: isReset)) { laboratory in
            let tasks = (0..<4).map { laboratory.begin("/\($0)") }
            if isShownBySending {
                await eventually { isReset.isSet }
                #expect(await laboratory.ask("/late").text == "/late")
            }
            #expect(await tasks[0].value.text == "")
            #expect(await tasks[1].value.error == .of(.connectionClosed, maybeProcessed: true))
            for number in 2..<4 { #expect(await tasks[number].value.text == "/\(number)") }
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `a request that is refused is repeated once and no more`() async throws {
        let requests = Counter()
        let server = try RawServer(http2: { peer in
            while let stream = try peer.nextRequest() {
                requests.next()
                peer.wire.send(.reset(stream, Frame.Code.refusedStream))
            }
        })
        try await withClient(of: server, speaking: .http2) { laboratory in
            #expect(await laboratory.ask().error == .of(.overloaded, maybeProcessed: false))
            #expect(requests.value == 2)
        }
    }

    @Test(arguments: [Frame.Code.none, Frame.Code.protocolError, Frame.Code.internalError, Frame.Code.cancel, Frame.Code.enhanceYourCalm, 99])
    func `a request that is reset for any other reason is not repeated`(_ code: UInt32) async throws {
        let requests = Counter()
        let server = try RawServer(http2: { peer in
            while let stream = try peer.nextRequest() {
                if requests.next() == 1 { peer.wire.send(.reset(stream, code)) } else { peer.answer(stream, peer.path(of: stream)) }
            }
        })
        try await withClient(of: server, speaking: .http2) { laboratory in
            #expect(await laboratory.ask().error == .of(.connectionClosed, maybeProcessed: true))
            #expect(await laboratory.ask("/next").text == "/next")
            #expect(requests.value == 2)
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `each head has the bounds of fields for itself`() async throws {
        let interim: HPACK.Fields = (0..<60).map { ("a\($0)", "b") }
        let long: HPACK.Fields = [("a", String(repeating: "x", count: 6_000))]
        let cases: [[HPACK.Fields]] = [[interim], Array(repeating: Array(interim.prefix(10)), count: 6), [long, long, long], [interim, long]]
        for heads in cases {
            let server = try RawServer(http2: { peer in
                while let stream = try peer.nextRequest() {
                    for head in heads { peer.wire.send(.headers(stream, HPACK.response(103, head), endsStream: false)) }
                    peer.wire.send(.headers(stream, HPACK.response(200, Array(interim.prefix(8))), endsStream: false))
                    peer.wire.send(.data(stream, Array("x".utf8), endsStream: false), .headers(stream, HPACK.block(interim)))
                }
            })
            try await withClient(of: server, speaking: .http2) { #expect(await $0.ask().text == "x") }
        }
    }

    @Test func `no head may be larger than the bounds, whichever it is`() async throws {
        let many: HPACK.Fields = (0..<70).map { ("a\($0)", "b") }
        for number in 0..<3 {
            let server = try RawServer(http2: { peer in
                while let stream = try peer.nextRequest() {
                    peer.wire.send(.headers(stream, HPACK.response(103, number == 0 ? many : []), endsStream: false))
                    peer.wire.send(.headers(stream, HPACK.response(200, number == 1 ? many : []), endsStream: false))
                    peer.wire.send(.headers(stream, HPACK.block(number == 2 ? many : [("b", "c")])))
                }
            })
            try await withClient(of: server, speaking: .http2) {
                #expect(await $0.ask().error == .of(.invalidResponse, maybeProcessed: true))
            }
        }
    }

    @Test(arguments: [ClientProtocol.http1, .http2]) func `content with a coding that was not asked for is no valid response`(
        speaking: ClientProtocol
    )
        async throws
    {
        for (coding, isTaken) in [("gzip", false), ("identity, br", false), ("x", false), ("identity", true), ("Identity , identity", true)] {
            let server = try RawServer { connection in
                guard speaking == .http2 else {
                    connection.readRequest()
                    connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\nContent-Length: 2\r\n\r\nok")
                    return connection.readToEnd()
                }
                guard let peer = try? HTTP2Peer(connection) else { return }
                while let stream = try? peer.nextRequest() { peer.answer(stream, "ok", [("content-encoding", coding)]) }
            }
            try await withClient(of: server, speaking: speaking) { laboratory in
                let outcome = await laboratory.ask()
                if isTaken { #expect(outcome.text == "ok") } else { #expect(outcome.error == .of(.invalidResponse, maybeProcessed: true)) }
            }
        }
    }

    @Test func `trailer fields are dropped`() async throws {
        let server = try RawServer(http2: { peer in
            while let stream = try peer.nextRequest() {
                peer.wire.send(
                    .headers(stream, HPACK.response(200, [("a", "1")]), endsStream: false), .data(stream, Array("x".utf8), endsStream: false),
                    .headers(stream, HPACK.block([("b", "2")])))
            }
        })
        try await withClient(of: server, speaking: .http2) { laboratory in
            let response = try await laboratory.ask().get()
            #expect(response.fields["a"] == "1" && response.fields["b"] == nil && response.body == Array("x".utf8))
        }
    }

    @Test(arguments: [false, true]) func `a connection that is lost in the middle of a response may have acted on the request`(isReset: Bool)
        async throws
    {
        let server = try RawServer { connection in
            guard let peer = try? HTTP2Peer(connection), let streams = try? peer.requests(2) else { return }
            guard peer.number == 1 else { return }
            peer.wire.send(.headers(streams[0], HPACK.response(200), endsStream: false), .data(streams[0], [1], endsStream: false))
            if isReset { connection.reset() }
        }
        try await withClient(of: server, speaking: .http2) { laboratory in
            #expect(await laboratory.askAtOnce(2).allSatisfy { $0.error == .of(.connectionClosed, maybeProcessed: true) })
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `content goes as the server gives room, and one that gives none costs the request its time`() async throws {
        let server = try RawServer(
            settings: [(Frame.Setting.initialWindowSize, 10)],
            http2: { peer in
                peer.wire.givesRoom = false
                while let frame = try peer.wire.next() {
                    let isToStall = peer.path(of: frame.stream) == "/stall"
                    if frame.kind == Frame.Kind.data, !frame.endsStream, !isToStall { peer.wire.send(.windowUpdate(frame.stream, 10)) }
                    if frame.endsStream { peer.answer(frame.stream, "\(peer.wire.streams[frame.stream]?.content.count ?? 0)") }
                }
            })
        try await withClient(of: server, speaking: .http2) { laboratory in
            #expect(await laboratory.ask("/first").text == "0")
            let stalled = laboratory.begin("/stall", body: [UInt8](repeating: 1, count: 100), within: .milliseconds(50))
            #expect(await laboratory.ask("/flows", body: [UInt8](repeating: 1, count: 1_000)).text == "1000")
            #expect(await stalled.value.error == .of(.timedOut, maybeProcessed: true))
            #expect(await laboratory.ask("/next").text == "0")
        }
    }

    @Test func `a caller that gives up has its stream taken back and leaves the connection to the others`() async throws {
        let (requests, resets, gate) = (Counter(), Counter(), Gate())
        let server = try RawServer(http2: { peer in
            while let frame = try peer.wire.next() {
                if frame.kind == Frame.Kind.reset, frame.number == Frame.Code.cancel {
                    resets.next()
                    gate.open()
                }
                guard frame.endsStream else { continue }
                requests.next()
                // So that the client knows of a server that lives.
                peer.wire.send(.ping())
                if peer.path(of: frame.stream) != "/never" { peer.answer(frame.stream, "\(peer.number)") }
            }
        })
        try await withClient(of: server, speaking: .http2) { laboratory in
            let task = laboratory.begin("/never")
            await eventually { requests.value == 1 }
            #expect(await laboratory.ask().text == "1")
            task.cancel()
            #expect(await task.value.error == .of(.cancelled, maybeProcessed: true))
            await gate.wait()
            #expect(await laboratory.ask().text == "1")
            #expect(resets.value == 1)
        }
    }

    @Test func `after a connection that has gone silent the next request has another one`() async throws {
        let server = try RawServer(http2: { peer in
            guard peer.number == 1, let stream = try peer.nextRequest() else { return try peer.echoToEnd() }
            peer.answer(stream)
            try peer.wire.readToEnd()
        })
        try await withClient(of: server, speaking: .http2) { laboratory in
            #expect(await laboratory.ask().text == "")
            #expect(await laboratory.ask(within: .milliseconds(30)).error == .of(.timedOut, maybeProcessed: true))
            #expect(await laboratory.ask("/next").text == "/next")
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `a connection that is idle for long is left, with a word`() async throws {
        let isLeft = Gate()
        let server = try RawServer(http2: { peer in
            try peer.echoToEnd()
            if peer.wire.goAways.map(\.goAwayCode) == [Frame.Code.none] { isLeft.open() }
        })
        try await withClient(of: server, speaking: .http2, limits: { $0.idleTime = .milliseconds(20) }) { laboratory in
            #expect(await laboratory.ask("/a").text == "/a")
            await isLeft.wait()
            #expect(await laboratory.ask("/b").text == "/b")
            #expect(server.connectionCount == 2)
        }
    }
}
