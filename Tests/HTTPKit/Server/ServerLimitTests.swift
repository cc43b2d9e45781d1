import Base
import Glibc
import Synchronization
import Testing

@testable import HTTPKit

/// Peers that are slow, greedy or gone, and system calls that fail.
@Suite struct ServerLimitTests {
    private func elapsed(_ body: () async throws -> Void) async throws -> Duration {
        let start = Instant.now
        try await body()
        return .now - start
    }

    @Test func `a head that takes too long is 408, however often a byte of it comes`() async throws {
        try await withServer(limits: { $0.headTime = .milliseconds(60) }) { server in
            let client = try server.connect()
            let isDone = Flag()
            SystemThread.startOrEnd {
                for byte in "GET /hello HTTP/1.1\r\nHost: \(String(repeating: "a", count: 2_000))".utf8 where !isDone.isSet {
                    client.send([byte])
                    usleep(2_000)
                }
            }
            let time = try await elapsed {
                let answer = try client.answer()
                #expect(answer.status == 408)
            }
            isDone.set()
            #expect(time > .milliseconds(50) && time < .seconds(2))
        }
    }

    @Test func `a body has its own time, from the end of its head`() async throws {
        try await withServer(limits: { ($0.headTime, $0.bodyTime) = (.milliseconds(300), .seconds(2)) }) { server in
            let client = try server.connect()
            client.send("PUT /echo HTTP/1.1\r\nHost: a\r\nConte")
            client.send("nt-Length: 4\r\n\r\nbo")
            // Beyond the head's time, well within the body's.
            try await Task.sleep(for: .milliseconds(500))
            client.send("dy")
            #expect(try client.answer().body == "body")
            client.send("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo")
            #expect(try client.answer().status == 408)
        }
    }

    @Test func `a connection without a request is closed after its idle time, and a silent one after the head's`() async throws {
        try await withServer(limits: { ($0.headTime, $0.idleTime) = (.milliseconds(40), .milliseconds(40)) }) { server in
            let silent = try server.connect()
            let idle = try server.connect()
            idle.get("/hello")
            #expect(try idle.answer().status == 200)
            #expect(try silent.rest() == "")
            #expect(try idle.rest() == "")
        }
    }

    @Test func `a handler may take longer than the idle time`() async throws {
        try await withServer(limits: { $0.idleTime = .milliseconds(20) }) { server in
            let client = try server.connect()
            client.get("/gate/long")
            try await Task.sleep(for: .milliseconds(80))
            server.gate.open()
            #expect(try client.answer().body == "through long")
        }
    }

    @Test func `beyond the bound of requests in flight the answer is 503 with Retry-After, and the connection is kept`() async throws {
        try await withServer(limits: { $0.inFlightPerLoopMax = 2 }) { server in
            let clients = try (0..<3).map { _ in try server.connect() }
            clients[0].get("/gate/a")
            clients[1].get("/gate/b")
            await eventually { server.gate.entered == 2 }
            #expect(server.server.inFlight == 2)
            clients[2].get("/hello")
            let busy = try clients[2].answer()
            #expect(busy.status == 503 && busy.field("Retry-After") == "1" && busy.field("Connection") == nil)
            server.gate.open()
            #expect(try clients[0].answer().body == "through a")
            #expect(try clients[1].answer().body == "through b")
            clients[2].get("/hello")
            #expect(try clients[2].answer().body == "hello")
            await eventually { server.server.inFlight == 0 }
        }
    }

    @Test func `a connection too many is closed at once`() async throws {
        try await withServer(limits: { $0.connectionsMax = 1 }) { server in
            let first = try server.connect()
            first.get("/hello")
            #expect(try first.answer().status == 200)
            #expect(try server.connect().rest() == "")
            first.close()
            await eventually { server.server.connectionCount == 0 }
            let third = try server.connect()
            third.get("/hello")
            #expect(try third.answer().status == 200)
        }
    }

    @Test func `a connection that is reset under a handler cancels it, and nothing else notices`() async throws {
        try await withServer { server in
            let clients = try (0..<20).map { _ in try server.connect() }
            for client in clients {
                client.get("/gate/x")
                client.get("/hello")
            }
            await eventually { server.gate.entered == 20 }
            for client in clients.dropFirst() { client.reset() }
            await eventually { server.gate.cancelled == 19 && server.server.connectionCount == 1 && server.server.inFlight == 1 }
            server.gate.open()
            #expect(try clients[0].answer().body == "through x")
            #expect(try clients[0].answer().body == "hello")
            await eventually { server.server.inFlight == 0 }
        }
    }

    @Test func `a reader that takes nothing is cut off after the stall time`() async throws {
        try await withServer(limits: { ($0.writeStallTime, $0.unsentBytesMax) = (.milliseconds(60), 40_000_000) }) { server in
            let client = try RawClient(server.address, receiveBufferBytes: 8_192)
            client.get("/big/30000000")
            await eventually { server.server.connectionCount == 0 && !server.served.all.isEmpty }
            #expect(try client.rest().utf8.count < 30_000_000)
        }
    }

    @Test func `a reader that takes its time, but takes, is not`() async throws {
        try await withServer(limits: { ($0.writeStallTime, $0.unsentBytesMax) = (.seconds(2), 40_000_000) }) { server in
            let client = try RawClient(server.address, receiveBufferBytes: 65_536)
            client.get("/big/12000000")
            var left = 12_000_000
            while left > 0 {
                let count = try client.skip(500_000)
                guard count > 0 else { break }
                left -= count
            }
            #expect(left <= 0)
        }
    }

    @Test func `more unsent bytes than the bound close the connection`() async throws {
        try await withServer(limits: { $0.unsentBytesMax = 100_000 }) { server in
            let client = try RawClient(server.address, receiveBufferBytes: 8_192)
            client.get("/big/30000000")
            await eventually { !server.served.all.isEmpty && server.server.connectionCount == 0 }
        }
    }

    @Test func `a client that pipelines and does not read is made to wait, not served into memory`() async throws {
        try await withServer(limits: { $0.unsentBytesMax = 2_000_000 }) { server in
            let client = try RawClient(server.address, receiveBufferBytes: 8_192)
            let count = 200
            client.send(String(repeating: "GET /big/100000 HTTP/1.1\r\nHost: a\r\n\r\n", count: count))
            // 20 MB of answers: the server stops when the kernel takes no more.
            await eventually { !server.served.all.isEmpty }
            var before = -1
            while before != server.served.all.count {
                before = server.served.all.count
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(before < count)
            for _ in 0..<count { #expect(try client.answer().body.utf8.count == 100_000) }
        }
    }

    @Test func `without a descriptor left accepting pauses, and recovers`() async throws {
        let attempts = Counter()
        var calls = SystemCalls.kernel
        let accept = calls.accept
        calls.accept = { listener in
            guard attempts.next() <= 3 else { return accept(listener) }
            errno = EMFILE
            return -1
        }
        try await withServer(calls: calls) { server in
            let client = try server.connect()
            client.get("/hello")
            #expect(try client.answer().body == "hello")
        }
        #expect(attempts.value > 3)
    }

    @Test func `one byte at a time, with interruptions in between, gives whole answers`() async throws {
        let turn = Counter()
        var calls = SystemCalls.kernel
        calls.write = { descriptor, bytes, count in
            switch turn.next() % 4 {
            case 0:
                errno = EINTR
                return -1
            case 1:
                errno = EAGAIN
                return -1
            default: return send(descriptor, bytes, min(count, 1), Int32(MSG_NOSIGNAL))
            }
        }
        calls.read = { descriptor, bytes, count in
            guard turn.next() % 3 > 0 else {
                errno = EINTR
                return -1
            }
            return recv(descriptor, bytes, min(count, 1), 0)
        }
        try await withServer(calls: calls) { server in
            let client = try server.connect()
            client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\nGET /later/2 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer().body == "four")
            #expect(try client.answer().body == "after 2")
            client.get("/big/2000")
            #expect(try client.answer().body.utf8.count == 2_000)
            client.send("GET / HTTP/1.1\r\n\r\n")
            #expect(try client.answer().status == 400)
            #expect(try client.rest() == "")
        }
    }

    @Test func `a read or write that fails closes the connection only`() async throws {
        let failing = Flag()
        var calls = SystemCalls.kernel
        let kernel = SystemCalls.kernel
        calls.write = { descriptor, bytes, count in
            guard failing.isSet else { return kernel.write(descriptor, bytes, count) }
            errno = EPIPE
            return -1
        }
        try await withServer(calls: calls) { server in
            let client = try server.connect()
            failing.set()
            client.get("/hello")
            #expect(try client.rest() == "")
            await eventually { server.server.connectionCount == 0 }
            failing.clear()
            let second = try server.connect()
            second.get("/hello")
            #expect(try second.answer().body == "hello")
        }
    }
}

final class Flag: Sendable {
    private let state = Atomic<Bool>(false)
    var isSet: Bool { state.load(ordering: .relaxed) }
    func set() { state.store(true, ordering: .relaxed) }
    func clear() { state.store(false, ordering: .relaxed) }
}
