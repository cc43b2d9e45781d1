import Glibc
import Testing

@testable import HTTPKit

/// A server asked in frames of HTTP/2 (RFC 9113).
@Suite struct HTTP2ServerTests {
    private static let content = [UInt8](repeating: UInt8(ascii: "c"), count: 65_536)

    @Test func `a request has its answer on the same port as HTTP 1.1`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.get(1, "/hello")
            let answer = try client.answer(on: 1)
            #expect(answer.status == 200 && answer.text == "hello")
            #expect(answer.field("content-length") == "5" && answer.field("date") != nil)
            client.post(3, "/echo", Array("body".utf8))
            #expect(try client.answer(on: 3).text == "body")
            let other = try server.connect()
            other.get("/hello")
            #expect(try other.answer().body == "hello")
        }
    }

    @Test func `a preface that comes byte by byte is one all the same`() async throws {
        try await withServer { server in
            let client = try server.connect()
            let wire = HTTP2Wire(client.descriptor)
            let request = Frame.headers(1, HPACK.request("GET", "/hello"))
            for byte in Frame.preface + Frame.settings().bytes + request.bytes {
                wire.send([byte])
                usleep(200)
            }
            #expect(try wire.answer(on: 1).text == "hello")
        }
    }

    @Test func `half a preface is the beginning of nothing`() async throws {
        try await withServer { server in
            let client = try server.connect()
            client.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n")
            #expect(try HTTP2Wire(client.descriptor).next().map(\.kind) != Frame.Kind.headers)
            await eventually { server.server.connectionCount == 0 }
            let second = try server.connect()
            second.send("PRINT / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try second.answer().status == 501)
        }
    }

    @Test func `answers come in the order in which they are ready`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.get(1, "/gate/first")
            for stream in stride(from: UInt32(3), to: 100, by: 2) { client.get(stream, "/later/\(stream)") }
            for stream in stride(from: UInt32(3), to: 100, by: 2) { #expect(try client.answer(on: stream).text == "after \(stream)") }
            #expect(client.wire.streams[1] == nil && server.server.inFlight == 1)
            server.gate.open()
            #expect(try client.answer(on: 1).text == "through first")
            await eventually { server.server.inFlight == 0 }
        }
    }

    @Test func `a body may be 64 KiB, and one byte more is 413`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.post(1, "/echo", Self.content)
            let whole = try client.answer(on: 1)
            #expect(whole.status == 200 && whole.content == Self.content)
            client.post(3, "/echo", Self.content + [0])
            #expect(try client.answer(on: 3).status == 413)
            client.get(5, "/hello")
            #expect(try client.answer(on: 5).text == "hello")
        }
    }

    @Test func `whoever is refused while still sending is told to stop`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            let block = HPACK.request("POST", "/echo", [("x", String(repeating: "a", count: 20_000))])
            client.wire.send(.headers(1, Array(block.prefix(16_000)), endsStream: false, endsHeaders: false))
            client.wire.send(.continuation(1, Array(block.dropFirst(16_000)), endsHeaders: true))
            #expect(try client.answer(on: 1).status == 431)
            try client.wire.read { $0.streams[1]?.resetCode != nil }
            // RFC 9113 §8.1: no error, only no need for the rest.
            #expect(client.wire.streams[1]?.resetCode == Frame.Code.none)
            client.get(3, "/hello")
            #expect(try client.answer(on: 3).text == "hello")
        }
    }

    @Test func `bodies on many streams get new room as they are taken`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            // Twice the connection's window.
            for stream in stride(from: UInt32(1), to: 64, by: 2) {
                client.post(stream, "/echo", Self.content)
                #expect(try client.answer(on: stream).content.count == Self.content.count)
            }
        }
    }

    @Test func `more header fields or larger ones than the bound are 431`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.get(1, "/hello", (0..<64).map { ("x-\($0)", "y") })
            #expect(try client.answer(on: 1).status == 200)
            client.get(3, "/hello", (0..<65).map { ("x-\($0)", "y") })
            #expect(try client.answer(on: 3).status == 431)
            client.get(5, "/hello", [("x", String(repeating: "y", count: 16_200))])
            #expect(try client.answer(on: 5).status == 431)
            client.get(7, "/\(String(repeating: "y", count: 8_000))")
            #expect(try client.answer(on: 7).status == 414)
            client.get(9, "/hello")
            #expect(try client.answer(on: 9).status == 200)
        }
    }

    @Test func `header fields without end are the end of the connection`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            let fields = HPACK.block([("x", String(repeating: "y", count: 16_000))])
            client.wire.send(.headers(1, HPACK.request("GET", "/hello"), endsHeaders: false))
            for _ in 0..<4 { client.wire.send(.continuation(1, fields)) }
            client.wire.send(.continuation(1, fields, endsHeaders: true))
            try client.wire.readToEnd()
            #expect(client.wire.goAways.last?.goAwayCode == Frame.Code.enhanceYourCalm)
            #expect(server.served.all.isEmpty)
        }
    }

    @Test(arguments: [
        ("get", "/hello", 501), ("FETCH", "/hello", 501), ("QUERY", "/hello", 405), ("GET", "/a/../b", 400), ("GET", "/%00", 400),
        ("GET", "/%zz", 400), ("GET", "/a#b", 400),
        ("GET", "/none", 404), ("DELETE", "/hello", 405), ("GET", "/later/many", 400), ("GET", "/hello?a=b", 200),
    ]) func `a request is judged as one of HTTP 1.1 is`(_ method: String, _ path: String, _ status: Int) async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.get(1, "/hello")
            client.wire.send(.headers(3, HPACK.request(method, path)))
            #expect(try client.answer(on: 3).status == status)
            #expect(try client.answer(on: 1).status == 200)
        }
    }

    @Test(arguments: [
        [(":method", "GET"), (":scheme", "http"), (":authority", "a")],
        [(":method", "GET"), (":path", "/hello"), (":authority", "a")],
        [(":scheme", "http"), (":path", "/hello"), (":authority", "a")],
        [(":method", "GET"), (":scheme", "http"), (":path", "")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), (":path", "/hello")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), (":status", "200")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), (":new", "x")],
        [(":method", "GET"), (":scheme", "http"), ("x", "y"), (":path", "/hello")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("Upper", "y")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("x y", "z")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("", "z")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("x", "a\r\nb: c")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("x", "a\0b")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/he\r\nllo")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("connection", "close")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("keep-alive", "1")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("proxy-connection", "x")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("transfer-encoding", "chunked")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("upgrade", "h2c")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("te", "gzip")],
        [(":method", "GET"), (":scheme", "http"), (":path", "/hello"), ("content-length", "5")],
        [(":method", "POST"), (":scheme", "http"), (":path", "/echo"), ("content-length", "5"), ("content-length", "5")],
        [(":method", "POST"), (":scheme", "http"), (":path", "/echo"), ("content-length", "x")],
    ]) func `a header list that breaks the rules costs its stream, not the connection`(_ fields: [(String, String)]) async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.wire.send(.headers(1, HPACK.block(fields)))
            let answer = try client.answer(on: 1)
            #expect(answer.resetCode == Frame.Code.protocolError || answer.status == 400, "\(answer)")
            client.get(3, "/hello")
            #expect(try client.answer(on: 3).text == "hello")
            #expect(client.wire.resetCount <= 1)
        }
    }

    @Test(arguments: [("4", "hello"), ("6", "hello"), ("0", "x"), ("1", "")])
    func `content of another length than was said is not handed on`(_ length: String, _ content: String) async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.post(1, "/echo", Array(content.utf8), [("content-length", length)])
            #expect(try client.answer(on: 1).resetCode == Frame.Code.protocolError)
            client.post(3, "/echo", Array(content.utf8), [("content-length", "\(content.utf8.count)")])
            #expect(try client.answer(on: 3).text == content)
        }
    }

    @Test func `trailer fields are taken and dropped, and bad ones are not`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            for (stream, trailers) in [(UInt32(1), [("x", "y")]), (3, [(":path", "/gone")]), (5, [("connection", "x")])] {
                client.wire.send(.headers(stream, HPACK.request("POST", "/echo"), endsStream: false))
                client.wire.send(.data(stream, Array("body".utf8), endsStream: false), .headers(stream, HPACK.block(trailers)))
            }
            #expect(try client.answer(on: 1).text == "body")
            #expect(try client.answer(on: 3).resetCode == Frame.Code.protocolError)
            #expect(try client.answer(on: 5).resetCode == Frame.Code.protocolError)
        }
    }

    @Test func `an expectation is met before the body is sent`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.wire.send(.headers(1, HPACK.request("POST", "/echo", [("expect", "100-continue")]), endsStream: false))
            try client.wire.read { $0.streams[1]?.status == 100 }
            client.sendContent(1, Array("body".utf8))
            let answer = try client.answer(on: 1)
            #expect(answer.interimStatuses == [100] && answer.status == 200 && answer.text == "body")
            client.wire.send(.headers(3, HPACK.request("POST", "/echo", [("expect", "the best")]), endsStream: false))
            #expect(try client.answer(on: 3).status == 417)
        }
    }

    @Test func `answers without content have none`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.wire.send(.headers(1, HPACK.request("HEAD", "/hello")), .headers(3, HPACK.request("DELETE", "/gone")))
            let head = try client.answer(on: 1)
            #expect(head.status == 200 && head.content.isEmpty && head.field("content-length") == "5")
            let gone = try client.answer(on: 3)
            #expect(gone.status == 204 && gone.content.isEmpty && gone.field("content-length") == nil)
        }
    }

    @Test func `a method that a route does not have is told which it has`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.wire.send(.headers(1, HPACK.request("DELETE", "/hello")))
            let answer = try client.answer(on: 1)
            #expect(answer.status == 405 && answer.field("allow")?.contains("GET") == true)
            #expect(answer.field("content-type") == "application/problem+json")
        }
    }

    @Test func `beyond the bound of requests in flight the answer is 503 with Retry-After`() async throws {
        try await withServer(limits: { $0.inFlightPerLoopMax = 2 }) { server in
            let client = try server.connectHTTP2()
            client.get(1, "/gate/a")
            client.get(3, "/gate/b")
            client.get(5, "/hello")
            let busy = try client.answer(on: 5)
            #expect(busy.status == 503 && busy.field("retry-after") == "1")
            server.gate.open()
            #expect(try client.answer(on: 1).text == "through a")
            #expect(try client.answer(on: 3).text == "through b")
            client.get(7, "/hello")
            #expect(try client.answer(on: 7).text == "hello")
        }
    }

    @Test func `a stream that is reset cancels its handler, which keeps its place until it has ended`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.get(1, "/gate/a")
            client.get(3, "/gate/b")
            await eventually { server.gate.entered == 2 }
            client.wire.send(.reset(1))
            await eventually { server.gate.cancelled == 1 && server.server.inFlight == 1 }
            server.gate.open()
            #expect(try client.answer(on: 3).text == "through b")
            #expect(client.wire.streams[1] == nil)
        }
    }

    @Test func `a connection that closes under waiting handlers cancels them, and nothing else notices`() async throws {
        try await withServer { server in
            let other = try server.connectHTTP2()
            other.get(1, "/gate/other")
            for isReset in [false, true] {
                let client = try server.connectHTTP2()
                for stream in stride(from: UInt32(1), to: 40, by: 2) { client.get(stream, "/gate/x") }
                await eventually { server.server.inFlight == 21 }
                if isReset { client.raw.reset() } else { client.raw.close() }
                await eventually { server.server.inFlight == 1 && server.server.connectionCount == 1 }
            }
            #expect(server.gate.cancelled == 40)
            server.gate.open()
            #expect(try other.answer(on: 1).text == "through other")
        }
    }

    @Test func `a client that closes its sending side after its requests has their answers, and the connection ends`() async throws {
        try await withServer { server in
            for isPrompt in [true, false] {
                let client = try server.connectHTTP2()
                client.get(1, isPrompt ? "/hello" : "/gate/a")
                client.get(3, "/big/60000")
                client.wire.send(.headers(5, HPACK.request("POST", "/echo"), endsStream: false))
                client.raw.endSending()
                if !isPrompt {
                    await eventually { server.gate.entered == 1 }
                    #expect(try client.answer(on: 3).content.count == 60_000)
                    server.gate.open()
                }
                #expect(try client.answer(on: 1).text == (isPrompt ? "hello" : "through a"))
                #expect(try client.answer(on: 3).content.count == 60_000)
                try client.wire.readToEnd()
                #expect(client.wire.streams[5]?.status ?? 0 == 0)
                await eventually { server.server.connectionCount == 0 && server.server.inFlight == 0 }
            }
        }
    }

    @Test func `a client that closes without a request under way is forgotten at once`() async throws {
        try await withServer { server in
            for opening in [[], [Frame.headers(1, HPACK.request("POST", "/echo"), endsStream: false)]] {
                let client = try server.connectHTTP2()
                for frame in opening { client.wire.send(frame) }
                client.raw.endSending()
                try client.wire.readToEnd()
                await eventually { server.server.connectionCount == 0 }
            }
        }
    }

    @Test func `a large answer waits for the window, and others pass it`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.wire.givesRoom = false
            client.get(1, "/big/65535")
            #expect(try client.answer(on: 1).content.count == 65_535)
            // The connection's window is used up: an answer without content still comes, one with does when there is room.
            client.get(3, "/hello")
            client.wire.send(.headers(5, HPACK.request("DELETE", "/gone")))
            #expect(try client.answer(on: 5).status == 204)
            #expect(client.wire.streams[3]?.isOver != true)
            client.wire.send(.windowUpdate(0, 5))
            #expect(try client.answer(on: 3).text == "hello")
        }
    }

    @Test func `draining says goodbye twice: whoever came before the second is answered, later ones are not looked at`() async throws {
        try await withServer(limits: { $0.drainIdleTime = .milliseconds(200) }) { server in
            let client = try server.connectHTTP2()
            client.get(1, "/gate/before")
            await eventually { server.gate.entered == 1 }
            let draining = Task { await server.server.drain(within: .seconds(5)) }
            try client.wire.read { $0.goAways.count == 1 }
            #expect(client.wire.goAways.first?.number == 0x7fff_ffff)
            client.get(3, "/gate/between")
            try client.wire.read { $0.goAways.count == 2 }
            #expect(client.wire.goAways.last?.number == 3 && client.wire.goAways.last?.goAwayCode == Frame.Code.none)
            client.get(5, "/gate/after")
            client.wire.send(.ping())
            try client.wire.read { _ in server.gate.entered == 2 }
            server.gate.open()
            #expect(try client.answer(on: 1).text == "through before")
            #expect(try client.answer(on: 3).text == "through between")
            try client.wire.readToEnd()
            #expect(client.wire.streams[5] == nil && server.gate.entered == 2)
            await draining.value
        }
    }

    @Test func `a connection of age is asked to go, and what it carries is finished`() async throws {
        try await withServer(limits: {
            ($0.connectionAgeMax, $0.headTime, $0.drainIdleTime) = (.milliseconds(50), .milliseconds(60), .milliseconds(20))
        }) { server in
            let client = try server.connectHTTP2()
            client.get(1, "/gate/old")
            try client.wire.read { $0.goAways.count == 2 }
            #expect(client.wire.goAways.map(\.number) == [0x7fff_ffff, 1])
            server.gate.open()
            #expect(try client.answer(on: 1).text == "through old")
            try client.wire.readToEnd()
        }
    }
}
