import Testing

@testable import HTTPKit

/// Callers that give up and times that pass, at every point of a request's way.
@Suite struct ClientPatienceTests {
    /// Reads each request and answers none before the gate is open.
    private static func silent(_ requests: Counter, until gate: Gate) throws -> RawServer {
        try RawServer { connection in
            while connection.readRequest() {
                requests.next()
                gate.waitBlocking()
                connection.answer("\(connection.number)")
            }
        }
    }

    @Test(arguments: [ClientProtocol.http1, .http2]) func `a deadline that has passed sends nothing`(speaking: ClientProtocol) async throws {
        let server = try RawServer { $0.readToEnd() }
        try await withClient(of: server, speaking: speaking) { laboratory in
            for time in [Duration.zero, .seconds(-1)] { #expect(await laboratory.ask(within: time).error == .of(.timedOut, maybeProcessed: false)) }
            #expect(server.connectionCount == 0)
        }
    }

    @Test func `a request that waits for a connection until its deadline was surely not processed`() async throws {
        let (requests, gate) = (Counter(), Gate())
        try await withClient(of: Self.silent(requests, until: gate), limits: { $0.connectionsPerOriginMax = 1 }) { laboratory in
            let first = laboratory.begin()
            await eventually { requests.value == 1 }
            #expect(await laboratory.ask(within: .milliseconds(20)).error == .of(.timedOut, maybeProcessed: false))
            gate.open()
            #expect(await first.value.text == "1")
            #expect(requests.value == 1)
        }
    }

    @Test(arguments: [ClientProtocol.http1, .http2]) func `a task that is cancelled before it sends, sends nothing`(speaking: ClientProtocol)
        async throws
    {
        let server = try RawServer { $0.readToEnd() }
        try await withClient(of: server, speaking: speaking) { laboratory in
            for loop in [nil, laboratory.group.first] {
                let gate = Gate()
                let task = Task(executorPreference: loop) {
                    await gate.wait()
                    return await laboratory.ask()
                }
                task.cancel()
                #expect(await task.value.error == .of(.cancelled, maybeProcessed: false))
            }
            #expect(server.connectionCount == 0)
        }
    }

    @Test func `a task that is cancelled while its request is under way ends at once, and its connection with it`() async throws {
        let isClosed = Gate()
        let requests = Counter()
        let server = try RawServer { connection in
            connection.readRequest()
            requests.next()
            if connection.number > 1 { connection.answer("later") }
            connection.readToEnd()
            isClosed.open()
        }
        try await withClient(of: server) { laboratory in
            let task = laboratory.begin()
            await eventually { requests.value == 1 }
            task.cancel()
            #expect(await task.value.error == .of(.cancelled, maybeProcessed: true))
            await isClosed.wait()
            #expect(await laboratory.ask().text == "later")
        }
    }

    @Test func `a task that is cancelled while it waits for a connection leaves the others alone`() async throws {
        let (requests, gate) = (Counter(), Gate())
        try await withClient(of: Self.silent(requests, until: gate), limits: { $0.connectionsPerOriginMax = 1 }) { laboratory in
            let tasks = (0..<4).map { _ in laboratory.begin() }
            await eventually { requests.value == 1 }
            for position in [1, 2] { tasks[position].cancel() }
            for position in [1, 2] { #expect(await tasks[position].value.error == .of(.cancelled, maybeProcessed: false)) }
            gate.open()
            for position in [0, 3] { #expect(await tasks[position].value.text == "1") }
            #expect(requests.value == 2)
        }
    }

    @Test func `a task that is cancelled while a connection is being opened ends at once`() async throws {
        let server = try RawServer { $0.readToEnd() }
        try await withClient(of: server) { laboratory in
            // All within one turn of the loop: nothing can have come of the connection.
            let error = await Task(executorPreference: laboratory.group.first) {
                let task = laboratory.begin()
                await Task.yield()
                task.cancel()
                return await task.value.error
            }.value
            #expect(error == .of(.cancelled, maybeProcessed: false))
        }
    }

    @Test(arguments: [ClientProtocol.http1, .http2])
    func `a client that shuts down fails what is under way and what waits, and takes nothing more`(speaking: ClientProtocol) async throws {
        let opened = Counter()
        let server = try RawServer { connection in
            opened.next()
            connection.readToEnd()
        }
        try await withClient(of: server, speaking: speaking, limits: { $0.connectionsPerOriginMax = 1 }) { laboratory in
            let tasks = (0..<3).map { _ in laboratory.begin() }
            await eventually { opened.value == 1 }
            await laboratory.client.shutDown()
            for task in tasks { #expect(await task.value.error?.code == .cancelled) }
            #expect(await laboratory.ask().error == .of(.cancelled, maybeProcessed: false))
        }
    }

    @Test func `a loop that ends fails what is under way and what waits`() async throws {
        let (requests, gate) = (Counter(), Gate())
        let server = try Self.silent(requests, until: gate)
        defer { server.stop() }
        let group = try EventLoopGroup(loopCount: 1)
        var limits = ClientLimits()
        limits.connectionsPerOriginMax = 1
        let laboratory = ClientLaboratory(group: group, client: HTTPClient(on: group, limits: limits), origin: Origin(server.address))
        let tasks = (0..<3).map { _ in laboratory.begin() }
        await eventually { requests.value == 1 }
        group.shutDown()
        gate.open()
        for task in tasks { #expect(await task.value.error != nil) }
    }
}
