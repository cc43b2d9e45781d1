import Base
import Testing

@testable import HTTPKit

/// What all connections together may hold, and who pays where it is too much.
@Suite struct ServerMemoryTests {
    private static let modest = ServerAdmission.Client.certificate("modest.example")
    private static let greedy = ServerAdmission.Client.certificate("greedy.example")

    @Test func `the peer that holds the most is the one that is refused, whoever asks for more`() {
        let memory = ServerMemory(bytesMax: 160)
        #expect(memory.change(Self.modest, by: 30) == .fits)
        #expect(memory.change(Self.greedy, by: 120) == .fits)
        #expect(memory.change(Self.modest, by: 1) == .refuseOther(Self.greedy))
        #expect(memory.change(Self.greedy, by: 1) == .refuse)
        #expect(memory.heldBytes == 152)
        #expect(memory.change(Self.greedy, by: -121) == .fits)
        #expect(memory.change(Self.modest, by: 119) == .fits)
        #expect(memory.change(Self.modest, by: 1) == .refuse)
        #expect(memory.change(Self.modest, by: -151) == .fits)
        #expect(memory.heldBytes == 0)
    }

    @Test func `where there is no room at all, whoever asks for more is refused as well`() {
        let memory = ServerMemory(bytesMax: 160)
        #expect(memory.change(Self.greedy, by: 100) == .fits)
        #expect(memory.change(Self.modest, by: 60) == .refuseOther(Self.greedy))
        #expect(memory.change(Self.modest, by: 1) == .refuseBoth(Self.greedy))
    }

    @Test func `what has no room is not counted`() {
        let memory = ServerMemory(bytesMax: 160)
        #expect(memory.reserve(Self.modest, 30) == .fits)
        #expect(memory.reserve(Self.greedy, 100) == .fits)
        #expect(memory.reserve(Self.greedy, 21) == .refuse)
        #expect(memory.heldBytes == 130)
        #expect(memory.reserve(Self.modest, 30) == .refuseOther(Self.greedy))
        #expect(memory.heldBytes == 160)
        #expect(memory.reserve(Self.modest, 1) == .refuseBoth(Self.greedy))
        #expect(memory.heldBytes == 160)
    }

    @Test func `memory is given back where most of much has been freed, and once`() {
        let memory = ServerMemory(bytesMax: 100_000_000)
        #expect(memory.change(Self.greedy, by: 5_000_000) == .fits)
        #expect(memory.change(Self.greedy, by: -3_000_000) == .fits)
        #expect(memory.change(Self.greedy, by: -1_000_000) == .returnMemory)
        #expect(memory.change(Self.greedy, by: -1_000_000) == .fits)
        #expect(memory.change(Self.greedy, by: 4_000_000) == .fits)
        #expect(memory.change(Self.greedy, by: -4_000_000) == .fits)
    }

    /// Opens streams whose header fields take twelve kilobytes each and a few bytes on the wire.
    private func open(_ count: UInt32, on client: RawHTTP2Client) {
        let request = HPACK.request("POST", "/echo")
        var bytes = Frame.headers(1, request + HPACK.indexed("x", String(repeating: "y", count: 3_900)), endsStream: false).bytes
        for number in 1..<count {
            bytes += Frame.headers(2 * number + 1, request + [UInt8](repeating: HPACK.lastEntered, count: 3), endsStream: false).bytes
        }
        client.wire.send(bytes)
    }

    @Test func `header fields of open streams count, and their peer is refused`() async throws {
        try await withServer(loopCount: 2, limits: { $0.heldBytesMax = 4_000_000 }) { server in
            let modest = try RawHTTP2Client(server.address, from: Self.modestAddress())
            begin(on: modest, streams: 0..<1)
            await eventually { server.server.memory.heldBytes >= 60_000 }
            let greedy = try (0..<8).map { _ in try server.connectHTTP2() }
            for client in greedy {
                open(100, on: client)
                // One read can bring the fields of a hundred streams on each loop.
                #expect(server.server.memory.heldBytes <= 4_000_000 + 2 * 100 * 16_384)
            }
            await eventually { server.server.memory.refusalCount >= 1 }
            await eventually { server.served.all.contains { $0.status.code == 503 && $0.method == .post } }
            await eventually { server.server.memory.heldBytes <= 4_000_000 }
            modest.wire.send(.data(1, [1]))
            #expect(try modest.answer(on: 1).content.count == 60_001)
            for client in greedy { client.raw.close() }
            modest.raw.close()
            await eventually { server.server.memory.heldBytes == 0 }
        }
    }

    @Test func `a header block that is not whole counts as well`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            let block = HPACK.request("POST", "/echo") + HPACK.indexed("x", String(repeating: "y", count: 8_000))
            client.wire.send(.headers(1, block, endsHeaders: false))
            await eventually { server.server.memory.heldBytes >= 8_000 }
            client.raw.close()
            await eventually { server.server.memory.heldBytes == 0 }
        }
    }

    @Test func `what connections held goes back to the system when they have closed`() async throws {
        guard !Memory.isWatched else { return }
        try await withServer(loopCount: 2, limits: { $0.heldBytesMax = 200_000_000 }) { server in
            let before = Memory.resident
            let clients = try (0..<60).map { _ in try server.connectHTTP2() }
            for client in clients { open(100, on: client) }
            await eventually { server.server.memory.heldBytes >= 60_000_000 }
            let most = Memory.resident
            #expect(most - before >= 20_000_000)
            for client in clients { client.raw.close() }
            await eventually { server.server.memory.heldBytes == 0 }
            await eventually { Memory.resident - before < (most - before) / 2 }
        }
    }

    @Test func `no answers are held beyond the budget, however many come in one turn`() async throws {
        try await withServer(limits: { $0.heldBytesMax = 2_000_000 }) { server in
            let clients = try (0..<4).map { _ in try server.connectHTTP2() }
            var most = 0
            for client in clients {
                client.wire.send(.settings([(Frame.Setting.initialWindowSize, UInt32(0))]))
                client.wire.send((0..<100 as Range<UInt32>).flatMap { Frame.headers(2 * $0 + 1, HPACK.request("GET", "/big/60000")).bytes })
                most = max(most, server.server.memory.heldBytes)
            }
            await eventually {
                most = max(most, server.server.memory.heldBytes)
                return server.served.all.count >= 400 || server.server.memory.refusalCount >= 300
            }
            #expect(server.server.memory.refusalCount > 0)
            #expect(most <= 2_000_000 + 131_072)
        }
    }

    private static func modestAddress() throws -> SocketAddress { try SocketAddress(host: "127.0.0.2", port: 0) }

    /// Begins a request of 60,000 bytes and does not end it.
    private func begin(on client: RawClient) {
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60001\r\n\r\n" + String(repeating: "x", count: 60_000))
    }

    private func begin(on client: RawHTTP2Client, streams: Range<UInt32>) {
        for number in streams {
            client.wire.send(.headers(2 * number + 1, HPACK.request("POST", "/echo"), endsStream: false))
            for _ in 0..<6 { client.wire.send(.data(2 * number + 1, [UInt8](repeating: 1, count: 10_000), endsStream: false)) }
        }
    }

    @Test func `unfinished requests beyond the budget are refused, and a modest peer's goes on`() async throws {
        try await withServer(loopCount: 2, limits: { $0.heldBytesMax = 1_000_000 }) { server in
            let modest = try RawClient(server.address, from: Self.modestAddress())
            begin(on: modest)
            await eventually { server.server.memory.heldBytes >= 60_000 }
            let greedy = try (0..<40).map { _ in try server.connect() }
            for client in greedy { begin(on: client) }
            await eventually { server.server.memory.refusalCount >= 20 }
            #expect(server.server.memory.heldBytes <= 1_000_000 + 2 * 131_072)
            modest.send("x")
            #expect(try modest.answer().body.utf8.count == 60_001)
            // Its own are refused with a word, and it may come again.
            let statuses = await refusals(of: server)
            #expect(statuses.allSatisfy { $0 == 503 } && statuses.count >= 20)
            for client in greedy { client.close() }
            await eventually { server.server.memory.heldBytes == 0 }
            let next = try server.connect()
            next.get("/hello")
            #expect(try next.answer().body == "hello")
        }
    }

    private func refusals(of server: TestServer) async -> [Int] {
        await eventually { server.served.all.count { $0.status.code == 503 } >= 20 }
        return server.served.all.filter { $0.route.isEmpty }.map(\.status.code)
    }

    @Test func `the same over HTTP 2, stream by stream`() async throws {
        try await withServer(loopCount: 2, limits: { $0.heldBytesMax = 1_000_000 }) { server in
            let modest = try RawHTTP2Client(server.address, from: Self.modestAddress())
            begin(on: modest, streams: 0..<1)
            await eventually { server.server.memory.heldBytes >= 60_000 }
            let greedy = try (0..<5).map { _ in try server.connectHTTP2() }
            for client in greedy { begin(on: client, streams: 0..<12) }
            await eventually { server.server.memory.refusalCount >= 1 }
            #expect(server.server.memory.heldBytes <= 1_000_000 + 2 * 131_072)
            modest.wire.send(.data(1, [1]))
            #expect(try modest.answer(on: 1).content.count == 60_001)
            await eventually { server.served.all.contains { $0.status.code == 503 && $0.method == .post } }
            for client in greedy { client.raw.close() }
            await eventually { server.server.memory.heldBytes == 0 }
        }
    }

    @Test func `answers that are not taken count, and their connection ends`() async throws {
        try await withServer(limits: { ($0.heldBytesMax, $0.unsentBytesMax) = (4_000_000, 16_000_000) }) { server in
            let modest = try RawClient(server.address, from: Self.modestAddress())
            begin(on: modest)
            let greedy = try (0..<8).map { _ in try RawClient(server.address, receiveBufferBytes: 4_096) }
            for client in greedy { client.get("/big/4000000") }
            await eventually { server.server.memory.refusalCount >= 1 }
            let other = try RawHTTP2Client(server.address)
            for number in 0..<8 as Range<UInt32> { other.get(2 * number + 1, "/big/1000000") }
            await eventually { server.server.memory.refusalCount >= 5 }
            await eventually { server.server.memory.heldBytes <= 4_000_000 }
            modest.send("x")
            #expect(try modest.answer().body.utf8.count == 60_001)
        }
    }

    @Test func `the content of requests that are being handled counts, and a usual request does not`() async throws {
        try await withServer { server in
            let client = try server.connect()
            client.send("GET /gate/a HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n" + String(repeating: "x", count: 30_000))
            await eventually { server.server.memory.heldBytes >= 30_000 }
            let usual = try server.connectHTTP2()
            usual.get(1, "/gate/b")
            await eventually { server.gate.entered == 2 }
            #expect(server.server.memory.heldBytes < 70_000)
            server.gate.open()
            #expect(try client.answer().body == "through a")
            #expect(try usual.answer(on: 1).text == "through b")
            await eventually { server.server.memory.heldBytes == 0 }
        }
    }
}
