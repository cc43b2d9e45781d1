import Base
import Testing

@testable import HTTPKit

/// Servers that take what they are sent and say nothing, as a stopped process does, and those that ask to be left alone.
@Suite struct SilentOriginTests {
    private static func quick(_ limits: inout ClientLimits) {
        limits.silenceTimeMin = .milliseconds(20)
        limits.silenceTime = .seconds(100)
        (limits.probeTime, limits.probeTimeMax, limits.probeAnswerTime) = (.milliseconds(10), .milliseconds(20), .milliseconds(50))
    }

    private func isDown(_ laboratory: ClientLaboratory) async -> Bool {
        await Task(executorPreference: laboratory.group.first) { laboratory.client.isDown(laboratory.origin) }.value
    }

    /// Silent until it is told, then answers whatever it is asked.
    private static func server(_ speaking: ClientProtocol, awake: Flag) throws -> RawServer {
        try RawServer { connection in
            guard awake.isSet else { return connection.readToEnd() }
            guard speaking == .http1 else { return (try? HTTP2Peer(connection).echoToEnd()) ?? () }
            while connection.readRequest() { connection.answer("/") }
        }
    }

    @Test(arguments: [ClientProtocol.http1, .http2]) func `a time-out counts against the origin, and a probe brings it back`(speaking: ClientProtocol)
        async throws
    {
        let awake = Flag()
        let server = try Self.server(speaking, awake: awake)
        try await withClient(of: server, speaking: speaking, limits: Self.quick) { laboratory in
            #expect(await !isDown(laboratory))
            #expect(await laboratory.ask(within: .milliseconds(40)).error?.code == .timedOut)
            #expect(await isDown(laboratory))
            // Probes have gone out and nobody has answered.
            let before = server.connectionCount
            await eventually { server.connectionCount >= before + 2 }
            #expect(await isDown(laboratory))
            awake.set()
            while await isDown(laboratory) { await Task.yield() }
            #expect(await laboratory.ask().text == "/")
        }
    }

    @Test(arguments: [ClientProtocol.http1, .http2], [false, true])
    func `a connection that closes upon the request counts, and a probe brings the origin back`(
        speaking: ClientProtocol, isReset: Bool
    ) async throws {
        let awake = Flag()
        let server = try RawServer { connection in
            if awake.isSet {
                guard speaking == .http1 else { return (try? HTTP2Peer(connection).echoToEnd()) ?? () }
                while connection.readRequest() { connection.answer("/") }
            } else if speaking == .http1 {
                connection.readRequest()
                if isReset { connection.reset() }
            } else {
                _ = try? HTTP2Peer(connection).nextRequest()
                if isReset { connection.reset() }
            }
        }
        try await withClient(of: server, speaking: speaking, limits: Self.quick) { laboratory in
            #expect(await laboratory.ask().error == .of(.connectionClosed, maybeProcessed: true))
            #expect(await isDown(laboratory))
            awake.set()
            while await isDown(laboratory) { await Task.yield() }
            #expect(await laboratory.ask().text == "/")
        }
    }

    @Test func `a caller in a hurry proves nothing, nor does a question among others that are answered`() async throws {
        let server = try RawServer(http2: { peer in
            while let stream = try peer.nextRequest() {
                if peer.path(of: stream) != "/never" { peer.answer(stream, "answered") }
            }
        })
        try await withClient(of: server, speaking: .http2, limits: { $0.silenceTimeMin = .milliseconds(100) }) { laboratory in
            #expect(await laboratory.ask("/never", within: .milliseconds(20)).error?.code == .timedOut)
            #expect(await !isDown(laboratory))
            let never = laboratory.begin("/never", within: .milliseconds(150))
            await laboratory.settle()
            #expect(await laboratory.ask("/other").text == "answered")
            #expect(await never.value.error?.code == .timedOut)
            #expect(await !isDown(laboratory))
        }
    }

    @Test func `an origin that answers only some is asked one question at a time, and left alone where it loses another one`() async throws {
        let server = try RawServer(http2: { peer in
            while let stream = try peer.nextRequest() {
                if peer.path(of: stream) != "/never" { peer.answer(stream, "answered") }
            }
        })
        try await withClient(
            of: server, speaking: .http2,
            limits: {
                Self.quick(&$0)
                ($0.probeTime, $0.probeTimeMax) = (.seconds(100), .seconds(100))
            }
        ) { laboratory in
            for number in 1...2 {
                let never = laboratory.begin("/never", within: .milliseconds(100))
                await laboratory.settle()
                #expect(await isDown(laboratory) == (number == 2))
                #expect(await laboratory.ask("/other").text == "answered")
                #expect(await never.value.error?.code == .timedOut)
                #expect(await isDown(laboratory) == (number == 2))
            }
        }
    }

    @Test func `an answer that is overdue sends the next question elsewhere, although others are answered`() async throws {
        let server = try RawServer(http2: { peer in
            while let stream = try peer.nextRequest() {
                if peer.path(of: stream) != "/never" { peer.answer(stream, "answered") }
            }
        })
        try await withClient(of: server, speaking: .http2, limits: { $0.silenceTime = .milliseconds(20) }) { laboratory in
            let never = laboratory.begin("/never", within: .milliseconds(200))
            await laboratory.settle()
            #expect(await laboratory.ask("/other").text == "answered")
            while await !isDown(laboratory) { await Task.yield() }
            #expect(await never.value.error?.code == .timedOut)
            #expect(await !isDown(laboratory))
        }
    }

    @Test func `the next question knows of a silence before the first one has had its time, and of its end`() async throws {
        let gate = Gate()
        let server = try RawServer(http2: { peer in
            while let stream = try peer.nextRequest() {
                gate.waitBlocking()
                peer.answer(stream, "late")
            }
        })
        try await withClient(of: server, speaking: .http2, limits: { $0.silenceTime = .milliseconds(20) }) { laboratory in
            let first = laboratory.begin()
            while await !isDown(laboratory) { await Task.yield() }
            gate.open()
            #expect(await first.value.text == "late")
            #expect(await !isDown(laboratory))
        }
    }

    @Test func `a handshake that is not answered is a silence as well`() async throws {
        let awake = Flag()
        let server = try Self.server(.http1, awake: awake)
        defer { server.stop() }
        let origin = Origin(server.address, isSecure: true)
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        var limits = ClientLimits()
        Self.quick(&limits)
        limits.connectTime = .milliseconds(20)
        limits.reconnectTimeMax = .zero
        let client = HTTPClient(
            on: group, limits: limits, security: try TLSSource(.client, TLSLaboratory.shared.get().client, protocols: [ALPN.http1]))
        let laboratory = ClientLaboratory(group: group, client: client, origin: origin)
        #expect(await laboratory.ask().error == .of(.unreachable, maybeProcessed: false))
        #expect(await isDown(laboratory))
        await client.shutDown()
    }

    @Test func `what one loop learns the others know`() async throws {
        let server = try RawServer { $0.readToEnd() }
        defer { server.stop() }
        let group = try EventLoopGroup(loopCount: 2)
        defer { group.shutDown() }
        var limits = ClientLimits()
        Self.quick(&limits)
        let client = HTTPClient(on: group, limits: limits)
        let origin = Origin(server.address)
        _ = await ClientLaboratory(group: group, client: client, origin: origin).ask(within: .milliseconds(40))
        for loop in group.loops {
            while await !Task(executorPreference: loop, operation: { client.isDown(origin) }).value { await Task.yield() }
        }
        await client.shutDown()
    }

    // MARK: Retry-After

    private static let dated = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\n"

    @Test(arguments: ["Retry-After: 60\r\n", dated]) func `an origin that asks to be left alone is left alone`(_ fields: String) async throws {
        let requests = Counter()
        let server = try RawServer { connection in
            while connection.readRequest() {
                requests.next()
                connection.send("HTTP/1.1 503 Busy\r\n\(fields)Content-Length: 0\r\n\r\n")
            }
        }
        try await withClient(of: server, limits: { $0.heldTimeMax = .seconds(1_000) }) { laboratory in
            #expect(await laboratory.ask().status == .serviceUnavailable)
            #expect(await isDown(laboratory))
            for _ in 0..<5 {
                let error = try #require(await laboratory.ask().error)
                #expect(error == .of(.overloaded, maybeProcessed: false))
                #expect(.seconds(50)...(.seconds(66)) ~= error.retryAfter ?? .zero)
            }
            #expect(requests.value == 1)
        }
    }

    @Test(arguments: [
        (429, "Retry-After: 60\r\n"), (503, ""), (503, "Retry-After: 0\r\n"), (503, "Retry-After: soon\r\n"), (503, "Retry-After: -1\r\n"),
        (503, "Retry-After: 1\r\nRetry-After: 2\r\n"), (200, "Retry-After: 60\r\n"),
    ]) func `what is said of one question, of no time or badly holds nobody up`(status: Int, fields: String) async throws {
        let requests = Counter()
        let server = try RawServer { connection in
            while connection.readRequest() {
                requests.next()
                connection.send("HTTP/1.1 \(status) X\r\n\(fields)Content-Length: 0\r\n\r\n")
            }
        }
        try await withClient(of: server) { laboratory in
            for _ in 0..<3 { #expect(await laboratory.ask().status?.code == status) }
            #expect(requests.value == 3)
        }
    }

    @Test func `no origin is left alone for longer than the bound`() async throws {
        let server = try RawServer { connection in
            while connection.readRequest() { connection.send("HTTP/1.1 503 X\r\nRetry-After: 999999999\r\nContent-Length: 0\r\n\r\n") }
        }
        try await withClient(of: server, limits: { $0.heldTimeMax = .milliseconds(10) }) { laboratory in
            #expect(await laboratory.ask().status == .serviceUnavailable)
            while await laboratory.ask().error != nil { await Task.yield() }
        }
    }
}
