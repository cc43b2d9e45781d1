import Glibc
import Testing

@testable import HTTPKit

/// A client's connections of HTTP/1.1: how they are kept, shared and bounded.
@Suite struct HTTP1ClientTests {
    /// Answers each request with the number of its connection, once the gate is open.
    private static func numbered(_ gate: Gate? = nil, _ requests: Counter = Counter()) throws -> RawServer {
        try RawServer { connection in
            while connection.readRequest() {
                requests.next()
                gate?.waitBlocking()
                connection.answer("\(connection.number)")
            }
        }
    }

    @Test func `requests one after the other share a connection`() async throws {
        let server = try Self.numbered()
        try await withClient(of: server) { laboratory in
            for _ in 0..<5 { #expect(await laboratory.ask().text == "1") }
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `the connection used last is used next, so that the others go idle`() async throws {
        let gates = [Gate(), Gate()]
        let requests = Counter()
        let server = try RawServer { connection in
            while connection.readRequest() {
                requests.next()
                gates[connection.number - 1].waitBlocking()
                connection.answer("\(connection.number)")
            }
        }
        try await withClient(of: server, limits: { $0.connectionsPerOriginMax = 2 }) { laboratory in
            let both = [laboratory.begin(), laboratory.begin()]
            await eventually { requests.value == 2 }
            let third = laboratory.begin()
            gates[0].open()
            #expect(await third.value.text == "1")
            gates[1].open()
            for task in both { #expect(await task.value.text != nil) }
            for _ in 0..<5 { #expect(await laboratory.ask().text == "2") }
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `there are no more connections than the limit, and every request has its turn`() async throws {
        let server = try Self.numbered()
        try await withClient(of: server, limits: { $0.connectionsPerOriginMax = 2 }) { laboratory in
            #expect(await laboratory.askAtOnce(50).allSatisfy { $0.text == "1" || $0.text == "2" })
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `a request that finds no place to wait is refused at once, and those who gave up leave theirs`() async throws {
        let gate = Gate()
        let requests = Counter()
        try await withClient(
            of: Self.numbered(gate, requests),
            limits: { ($0.connectionsPerOriginMax, $0.waitingPerOriginMax) = (1, 2) }
        ) { laboratory in
            let first = laboratory.begin()
            await eventually { requests.value == 1 }
            let waiting = [laboratory.begin(), laboratory.begin()]
            #expect(await laboratory.ask().error == .of(.overloaded, maybeProcessed: false))
            waiting[0].cancel()
            #expect(await waiting[0].value.error == .of(.cancelled, maybeProcessed: false))
            let last = laboratory.begin()
            await laboratory.settle()
            gate.open()
            for task in [first, waiting[1], last] { #expect(await task.value.text == "1") }
        }
    }

    @Test(arguments: [false, true])
    func `a server that answers before it has read all, and closes, is heard`(isShownBySending: Bool) async throws {
        let isHeldUp = Flag()
        if isShownBySending { isHeldUp.set() }
        let server = try RawServer { connection in
            guard connection.readRequest() else { return }
            guard connection.number == 1 else { return _ = connection.answer("another one") }
            connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\n\r\ntoo much")
            connection.reset()
        }
        // More than the kernel keeps for a connection.
        let body = [UInt8](repeating: 0x61, count: 32 << 20)
        try await withClient(of: server, calls: .holdingReads(while: isHeldUp), limits: { $0.connectionsPerOriginMax = 1 }) { laboratory in
            let large = await laboratory.ask(body: body)
            #expect(large.text == "too much")
            #expect((try? large.get())?.status.code == 413)
            #expect(await laboratory.ask().text == "another one")
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `a connection that is idle for long is closed from here`() async throws {
        let isClosed = Gate()
        let server = try RawServer { connection in
            while connection.readRequest() { connection.answer("\(connection.number)") }
            isClosed.open()
        }
        try await withClient(of: server, limits: { $0.idleTime = .milliseconds(20) }) { laboratory in
            #expect(await laboratory.ask().text == "1")
            await isClosed.wait()
            #expect(await laboratory.ask().text == "2")
        }
    }

    @Test(arguments: ["Connection: close\r\n", "Connection: keep-alive, close\r\n"])
    func `a server that says so is not asked there again`(_ field: String) async throws {
        let server = try RawServer { connection in
            while connection.readRequest() { connection.send("HTTP/1.1 200 OK\r\n\(field)Content-Length: 1\r\n\r\n\(connection.number)") }
        }
        try await withClient(of: server) { laboratory in
            for number in 1...3 { #expect(await laboratory.ask().text == "\(number)") }
        }
    }

    @Test(arguments: [false, true]) func `a connection that breaks takes its own request with it and none that waits`(isReset: Bool) async throws {
        let server = try RawServer { connection in
            connection.readRequest()
            guard connection.number == 1 else { return Self.answerOn(connection) }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12")
            if isReset { connection.reset() }
        }
        try await withClient(of: server, limits: { $0.connectionsPerOriginMax = 1 }) { laboratory in
            let outcomes = await laboratory.askAtOnce(4)
            #expect(outcomes[0].error == .of(.connectionClosed, maybeProcessed: true))
            #expect(outcomes.dropFirst().allSatisfy { $0.text == "2" })
        }
    }

    @Test func `a connection that breaks while it is written to takes none that waits with it`() async throws {
        let writes = Counter()
        var calls = SystemCalls.kernel
        let write = calls.write
        calls.write = { descriptor, bytes, count in
            guard writes.next() > 1 else {
                errno = ECONNRESET
                return -1
            }
            return write(descriptor, bytes, count)
        }
        try await withClient(of: Self.numbered(), calls: calls, limits: { $0.connectionsPerOriginMax = 1 }) { laboratory in
            let outcomes = await laboratory.askAtOnce(4, within: .seconds(2))
            // The kernel has taken no byte of the first one, so it goes to another connection as well.
            #expect(outcomes.allSatisfy { $0.text != nil })
        }
    }

    private static func answerOn(_ connection: RawServer.Connection) {
        repeat { connection.answer("\(connection.number)") } while connection.readRequest()
    }
}
