import Glibc
import Testing

@testable import HTTPKit

/// The client with the server it was made for.
@Suite struct ClientTests {
    private func withClient(
        loopCount: Int = 1, limits change: (inout ClientLimits) -> Void = { _ in }, server serverLimits: (inout ServerLimits) -> Void = { _ in },
        _ body: (HTTPClient, TestServer) async throws -> Void
    ) async throws {
        var limits = ClientLimits()
        change(&limits)
        try await withServer(loopCount: loopCount, limits: serverLimits) { server in
            let client = HTTPClient(on: server.group, limits: limits)
            try await body(client, server)
            await client.shutDown()
        }
    }

    private var soon: ContinuousClock.Instant { .now + .seconds(3) }

    /// The body of a 200, else the status, else why there is none.
    private static func text(_ client: HTTPClient, _ method: HTTPKit.Method, _ path: String, _ origin: Origin, body: String = "") async -> String {
        let request = ClientRequest(method, path, body: Array(body.utf8))
        do throws(ClientError) {
            let response = try await client.send(request, to: origin, deadline: .now + .seconds(3))
            return response.status == .ok ? String(decoding: response.body, as: UTF8.self) : "\(response.status)"
        } catch { return "\(error.code)" }
    }

    /// The error of a request, nil where there was a response.
    private static func failure(
        _ client: HTTPClient, _ path: String, _ origin: Origin, within time: Duration = .seconds(3)
    ) async -> ClientError? {
        do throws(ClientError) { _ = try await client.send(ClientRequest(.get, path), to: origin, deadline: .now + time) } catch { return error }
        return nil
    }

    @Test func `requests that follow one another share a connection`() async throws {
        try await withClient { client, server in
            let origin = Origin(server.address)
            for _ in 0..<5 {
                #expect(await Self.text(client, .get, "/hello", origin) == "hello")
                #expect(await Self.text(client, .delete, "/gone", origin) == "204")
                #expect(await Self.text(client, .head, "/hello", origin) == "")
                #expect(await Self.text(client, .get, "/none", origin) == "404")
                #expect(await Self.text(client, .post, "/echo", origin, body: "body") == "body")
            }
            #expect(server.server.connectionCount == 1)
        }
    }

    @Test(arguments: [1, 2]) func `many requests at once, from outside and from the loops, are all answered`(_ loopCount: Int) async throws {
        try await withClient(loopCount: loopCount, limits: { $0.connectionsPerOriginMax = 4 }) { client, server in
            let origin = Origin(server.address)
            let deadline = soon
            let right = await withTaskGroup { tasks in
                for number in 0..<400 {
                    let loop = number % 2 == 0 ? server.group.loops[number / 2 % loopCount] : nil
                    tasks.addTask(executorPreference: loop) { () -> Bool in
                        let body = Array("number \(number)".utf8)
                        let response = try? await client.send(ClientRequest(.post, "/echo", body: body), to: origin, deadline: deadline)
                        return response?.body == body && (loop == nil || loop?.isCurrent == true)
                    }
                }
                return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(right == 400)
            #expect(server.server.connectionCount <= 4 * loopCount)
        }
    }

    @Test func `a handler calls another server on its own loop`() async throws {
        try await withServer { upstream in
            let group = upstream.group
            let client = HTTPClient(on: group)
            let origin = Origin(upstream.address)
            var router = Router()
            router.on(.get, "/relay") { _ in
                .later {
                    let response = try? await client.send(ClientRequest(.get, "/later/1"), to: origin, deadline: .now + .seconds(3))
                    return EventLoop.current === group.first ? response ?? Response(.badGateway) : Response(.internalServerError)
                }
            }
            let relay = Server(on: group, router: router)
            let address = try await relay.listen(at: SocketAddress(host: "127.0.0.1", port: 0))
            let raw = try RawClient(address)
            for _ in 0..<3 {
                raw.get("/relay")
                #expect(try raw.answer().body == "after 1")
            }
            raw.close()
            await relay.drain(within: .milliseconds(200))
            await client.shutDown()
        }
    }

    @Test func `when time is up the caller is told, and the connection is not used again`() async throws {
        try await withClient { client, server in
            let origin = Origin(server.address)
            let start = ContinuousClock.now
            let failure = await Self.failure(client, "/gate/x", origin, within: .milliseconds(50))
            #expect(failure == ClientError(.timedOut, "", maybeProcessed: true))
            let time = ContinuousClock.now - start
            #expect(time >= .milliseconds(50) && time < .seconds(1))
            // The first connection still waits for its handler; the answer must come on another.
            #expect(await Self.text(client, .get, "/hello", origin) == "hello")
            #expect(server.gate.entered == 1)
        }
    }

    @Test func `a deadline that has passed sends nothing`() async throws {
        try await withClient { client, server in
            let failure = await Self.failure(client, "/hello", Origin(server.address), within: .zero)
            #expect(failure == ClientError(.timedOut, "", maybeProcessed: false))
            #expect(server.server.connectionCount == 0)
        }
    }

    @Test(arguments: [false, true]) func `a cancelled task gives up at once`(_ isOnLoop: Bool) async throws {
        try await withClient { client, server in
            let origin = Origin(server.address)
            let request = Task(executorPreference: isOnLoop ? server.group.first : nil) {
                await Self.failure(client, "/gate/x", origin, within: .seconds(30))
            }
            await eventually { server.gate.entered == 1 }
            request.cancel()
            #expect(await request.value == ClientError(.cancelled, "", maybeProcessed: true))
            #expect(await Self.text(client, .get, "/hello", origin) == "hello")
        }
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        try await withClient { client, server in
            let origin = Origin(server.address)
            let request = Task {
                while !Task.isCancelled { await Task.yield() }
                return await Self.failure(client, "/hello", origin)
            }
            request.cancel()
            #expect(await request.value == ClientError(.cancelled, "", maybeProcessed: false))
            #expect(server.served.all.isEmpty)
        }
    }

    @Test func `a connection that the server closed while it was idle is not used`() async throws {
        try await withClient(server: { $0.idleTime = .milliseconds(20) }) { client, server in
            for _ in 0..<3 {
                #expect(await Self.text(client, .get, "/hello", Origin(server.address)) == "hello")
                await eventually { server.server.connectionCount == 0 }
            }
        }
    }

    @Test func `a connection that nobody uses is closed by the client`() async throws {
        try await withClient(limits: { $0.idleTime = .milliseconds(20) }) { client, server in
            for _ in 0..<2 {
                #expect(await Self.text(client, .get, "/hello", Origin(server.address)) == "hello")
                await eventually { server.server.connectionCount == 0 }
            }
        }
    }

    @Test func `beyond the bound of connections requests wait, and beyond the bound of those they fail at once`() async throws {
        try await withClient(limits: { ($0.connectionsPerOriginMax, $0.waitingPerOriginMax) = (2, 3) }) { client, server in
            let origin = Origin(server.address)
            let outcomes = await withTaskGroup { tasks in
                for _ in 0..<8 { tasks.addTask { await Self.failure(client, "/gate/x", origin)?.code } }
                var outcomes: [ClientError.Code?] = []
                // Three are refused while all others still wait; only then may those go on.
                for await outcome in tasks {
                    outcomes.append(outcome)
                    if outcomes.count == 3 {
                        #expect(server.gate.entered <= 2)
                        server.gate.open()
                    }
                }
                return outcomes
            }
            #expect(outcomes == [.overloaded, .overloaded, .overloaded, nil, nil, nil, nil, nil])
            #expect(server.server.connectionCount <= 2)
        }
    }

    @Test func `those who gave up while they waited leave their places to others`() async throws {
        try await withClient(limits: { ($0.connectionsPerOriginMax, $0.waitingPerOriginMax) = (1, 2) }) { client, server in
            let origin = Origin(server.address)
            let first = Task { await Self.text(client, .get, "/gate/x", origin) }
            await eventually { server.gate.entered == 1 }
            for _ in 0..<6 {
                let failure = await Self.failure(client, "/hello", origin, within: .milliseconds(10))
                #expect(failure == ClientError(.timedOut, "", maybeProcessed: false))
            }
            let last = Task { await Self.text(client, .get, "/hello", origin) }
            server.gate.open()
            #expect(await first.value == "through x")
            #expect(await last.value == "hello")
        }
    }

    @Test func `a host name is looked up`() async throws {
        try await withClient { client, server in
            // The server is at 127.0.0.1 only: where the name also has ::1, that address is tried and refused first.
            let origin = try Origin(hostAndPort: "localhost:\(server.address.port)")
            let failures = await withTaskGroup { tasks in
                for _ in 0..<20 { tasks.addTask { await Self.failure(client, "/hello", origin) } }
                return await tasks.reduce(into: []) { if let failure = $1 { $0.append(failure) } }
            }
            #expect(failures.isEmpty)
        }
    }

    @Test func `an unknown host is unreachable, in the request's own time`() async throws {
        try await withClient { client, _ in
            let start = ContinuousClock.now
            let failure = try await Self.failure(client, "/", Origin(hostAndPort: "no-such-host.invalid:80"), within: .milliseconds(500))
            #expect(failure?.code == .unreachable || failure?.code == .timedOut)
            #expect(failure?.maybeProcessed == false)
            #expect(.now - start < .seconds(2))
        }
    }

    @Test func `over a Unix socket, and refused where nobody is behind it`() async throws {
        let address = try SocketAddress(unixPath: "/tmp/httpkit-client-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock")
        try await withServer(at: address) { server in
            let client = HTTPClient(on: server.group)
            #expect(await Self.text(client, .get, "/hello", Origin(address)) == "hello")
            await client.shutDown()
        }
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let failure = await Self.failure(HTTPClient(on: group), "/hello", Origin(address))
        #expect(failure == ClientError(.connectionRefused, "", maybeProcessed: false))
    }

    @Test func `shutting down ends what is under way and whatever comes later`() async throws {
        try await withClient(limits: { $0.connectionsPerOriginMax = 1 }) { client, server in
            let origin = Origin(server.address)
            let codes = await withTaskGroup { tasks in
                for _ in 0..<3 { tasks.addTask { await Self.failure(client, "/gate/x", origin)?.code } }
                await eventually { server.gate.entered == 1 }
                await client.shutDown()
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(codes == [.cancelled, .cancelled, .cancelled])
            #expect(await Self.failure(client, "/hello", origin) == ClientError(.cancelled, "", maybeProcessed: false))
        }
    }
}
