import Base
import Testing

@testable import HTTPKit

/// A server that ends: who is being answered is, who is not yet is told so, and nobody new comes in.
@Suite struct DrainTests {
    @Test func `draining finishes what is in flight, closes what is idle and takes nobody new`() async throws {
        try await withServer { server in
            let idle = try server.connect()
            idle.get("/hello")
            #expect(try idle.answer().status == 200)
            let busy = try server.connect()
            busy.get("/gate/last")
            busy.get("/hello")
            await eventually { server.gate.entered == 1 }

            let isDrained = Flag()
            let draining = Task {
                await server.server.drain(within: .seconds(2))
                isDrained.set()
            }
            #expect(try idle.rest() == "")
            #expect(throws: RawClient.Failure.self) { try server.connect() }
            #expect(!isDrained.isSet)
            server.gate.open()
            let answer = try busy.answer()
            #expect(answer.body == "through last" && answer.field("Connection") == "close")
            #expect(try busy.rest() == "")
            busy.close()
            await draining.value
            #expect(server.server.connectionCount == 0 && server.server.inFlight == 0)
        }
    }

    @Test func `a request on its way when draining begins is answered, and told that it is the last`() async throws {
        try await withServer(limits: { $0.drainIdleTime = .milliseconds(300) }) { server in
            let kept = try server.connect()
            kept.get("/hello")
            #expect(try kept.answer().status == 200)
            let draining = Task { await server.server.drain(within: .seconds(2)) }
            await eventually { (try? server.connect()) == nil }
            kept.get("/hello")
            let answer = try kept.answer()
            #expect(answer.body == "hello" && answer.field("Connection") == "close")
            #expect(try kept.rest() == "")
            await draining.value
        }
    }

    @Test func `what does not finish in time is closed and its handler cancelled`() async throws {
        try await withServer { server in
            let client = try server.connect()
            client.get("/gate/stuck")
            await eventually { server.gate.entered == 1 }
            let start = Instant.now
            await server.server.drain(within: .milliseconds(50))
            #expect(.now - start < .seconds(20), "the drain does not wait for the handler")
            #expect(try client.rest() == "")
            await eventually { server.gate.cancelled == 1 && server.server.inFlight == 0 }
        }
    }

    @Test func `half a request holds a drain up no longer than its deadline`() async throws {
        try await withServer { server in
            let client = try server.connect()
            client.send("GET /hello HTTP/1.1\r\nHo")
            await eventually { server.server.connectionCount == 1 }
            await server.server.drain(within: .milliseconds(50))
            #expect(server.server.connectionCount == 0)
        }
    }

    @Test func `draining twice, or without ever having listened, ends`() async throws {
        let group = try EventLoopGroup(loopCount: 2)
        defer { group.shutDown() }
        let idle = Server(on: group, router: Router())
        await idle.drain(within: .seconds(5))
        try await withServer(loopCount: 2) { server in
            let client = try server.connect()
            client.get("/gate/x")
            await eventually { server.gate.entered == 1 }
            async let first: Void = server.server.drain(within: .milliseconds(50))
            async let second: Void = server.server.drain(within: .milliseconds(50))
            _ = await (first, second)
            await server.server.drain(within: .seconds(5))
        }
    }

    @Test func `loops that end without a drain close the connections`() async throws {
        let group = try EventLoopGroup(loopCount: 1)
        let gate = Gate()
        let server = Server(on: group, router: TestRoutes.router(gate))
        let address = try await server.listen(at: SocketAddress(host: "127.0.0.1", port: 0))
        let client = try RawClient(address)
        client.get("/gate/x")
        await eventually { gate.entered == 1 }
        group.shutDown()
        #expect(try client.rest() == "")
        #expect(gate.cancelled == 1)
        #expect(throws: RawClient.Failure.self) { try RawClient(address) }
    }

    @Test func `a server that nobody holds on to any more still answers`() async throws {
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let address = try await Server(on: group, router: TestRoutes.router(Gate())).listen(at: SocketAddress(host: "127.0.0.1", port: 0))
        for _ in 0..<3 {
            let client = try RawClient(address)
            client.get("/later/2")
            #expect(try client.answer().body == "after 2")
        }
    }
}
