import Base
import Testing

@testable import HTTPKit

/// Servers that do not do what they should.
@Suite struct ClientFailureTests {
    /// What a client makes of a server with this script, one request after the other.
    private func outcomes(
        count: Int = 1, deadline: Duration = .seconds(3), limits change: (inout ClientLimits) -> Void = { _ in },
        _ script: @escaping @Sendable (RawServer.Connection) -> Void
    ) async throws -> (outcomes: [Result<Response, ClientError>], connectionCount: Int) {
        var limits = ClientLimits()
        change(&limits)
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let server = try RawServer(script)
        defer { server.stop() }
        let client = HTTPClient(on: group, limits: limits)
        var outcomes: [Result<Response, ClientError>] = []
        for _ in 0..<count {
            do throws(ClientError) {
                outcomes.append(.success(try await client.send(ClientRequest(.get, "/"), to: Origin(server.address), deadline: .now + deadline)))
            } catch { outcomes.append(.failure(error)) }
        }
        await client.shutDown()
        return (outcomes, server.connectionCount)
    }

    private func error(
        deadline: Duration = .seconds(3), limits: (inout ClientLimits) -> Void = { _ in },
        _ script: @escaping @Sendable (RawServer.Connection) -> Void
    ) async throws -> ClientError? {
        guard case .failure(let error) = try await outcomes(deadline: deadline, limits: limits, script).outcomes.first else { return nil }
        return error
    }

    @Test func `nobody listens: refused, and surely not processed`() async throws {
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let address = try RawServer.unusedAddress()
        await #expect(throws: ClientError(.connectionRefused, "", maybeProcessed: false)) {
            try await HTTPClient(on: group).send(ClientRequest(.get, "/"), to: Origin(address), deadline: .now + .seconds(3))
        }
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\nx",
    ])
    func `what is no response is invalid`(_ text: String) async throws {
        let error = try await error { connection in
            connection.readRequest()
            connection.send(text)
            connection.readToEnd()
        }
        #expect(error == ClientError(.invalidResponse, "", maybeProcessed: true))
    }

    @Test(arguments: ["220 smtp ready\r\n", "SSH-2.0-x\r\n", "\0\0\0\u{4}\0\0\0\0\0", "HTTP/2", "http/1.1 200 OK\r\n", "\r\n", "h"], [false, true])
    func `what does not begin like a response is invalid at once, also where it comes before the request`(_ text: String, isEarly: Bool) async throws
    {
        for endsAfterwards in [false, true] {
            let error = try await error { connection in
                if !isEarly { connection.readRequest() }
                connection.send(text)
                if isEarly { connection.readRequest() }
                if !endsAfterwards { connection.readToEnd() }
            }
            #expect(error == ClientError(.invalidResponse, "", maybeProcessed: true))
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
    ])
    func `a response beyond the limit is invalid`(_ head: String) async throws {
        let error = try await error(limits: { $0.bodyBytesMax = 4 }) { connection in
            connection.readRequest()
            connection.send(head + "12345")
            connection.readToEnd()
        }
        #expect(error == ClientError(.invalidResponse, "", maybeProcessed: true))
    }

    @Test(arguments: [
        "", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1234", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
    ])
    func `half a response and then the end is a closed connection`(_ text: String) async throws {
        for isReset in [false, true] {
            let error = try await error { connection in
                connection.readRequest()
                connection.send(text)
                if isReset { connection.reset() }
            }
            #expect(error == ClientError(.connectionClosed, "", maybeProcessed: true))
        }
    }

    @Test func `a body that ends with the connection is whole, and the next request has another connection`() async throws {
        let (outcomes, connectionCount) = try await outcomes(count: 2) { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\r\nto the end")
        }
        for outcome in outcomes { #expect(try String(decoding: outcome.get().body, as: UTF8.self) == "to the end") }
        #expect(connectionCount == 2)
    }

    @Test func `a server that says nothing is given up in time`() async throws {
        let start = Instant.now
        let error = try await error(deadline: .milliseconds(40)) { $0.readToEnd() }
        #expect(error == ClientError(.timedOut, "", maybeProcessed: true))
        #expect(.now - start < .seconds(1))
    }

    @Test func `a server that dribbles is given up in time`() async throws {
        let start = Instant.now
        let error = try await error(deadline: .milliseconds(60)) { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while Instant.now - start < .seconds(1), connection.send("x") {}
        }
        #expect(error == ClientError(.timedOut, "", maybeProcessed: true))
        #expect(.now - start < .milliseconds(900))
    }

    @Test func `an address that does not answer is given up in the time to connect`() async throws {
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        var limits = ClientLimits()
        limits.connectTime = .milliseconds(40)
        // 192.0.2.0/24 is for documentation (RFC 5737); a machine without a route says so at once.
        let nowhere = Origin(try SocketAddress(host: "192.0.2.1", port: 9))
        let start = Instant.now
        do throws(ClientError) {
            _ = try await HTTPClient(on: group, limits: limits).send(ClientRequest(.get, "/"), to: nowhere, deadline: .now + .seconds(3))
            Issue.record("somebody is there")
        } catch {
            // Some networks refuse on behalf of the address.
            #expect(error.code == .unreachable || error.code == .connectionRefused)
            #expect(!error.maybeProcessed)
        }
        #expect(.now - start < .seconds(1))
    }

    @Test func `interim responses are passed over`() async throws {
        let (outcomes, _) = try await outcomes { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n")
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            connection.readToEnd()
        }
        #expect(try outcomes[0].get().body == Array("ok".utf8))
    }

    @Test func `bytes behind a response are never taken for the next one`() async throws {
        let (outcomes, connectionCount) = try await outcomes(count: 2) { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(connection.number)HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
            connection.readToEnd()
        }
        #expect(try outcomes.map { try String(decoding: $0.get().body, as: UTF8.self) } == ["1", "2"])
        #expect(connectionCount == 2)
    }

    @Test func `bytes that nobody asked for, later, end the kept connection`() async throws {
        let isGone = Gate()
        let mayGoOn = Gate()
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let server = try RawServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(connection.number)")
            guard connection.number == 1 else { return connection.readToEnd() }
            mayGoOn.waitBlocking()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
            connection.readToEnd()
            isGone.open()
        }
        defer { server.stop() }
        let client = HTTPClient(on: group)
        for expected in ["1", "2"] {
            let response = try await client.send(ClientRequest(.get, "/"), to: Origin(server.address), deadline: .now + .seconds(3))
            #expect(String(decoding: response.body, as: UTF8.self) == expected)
            mayGoOn.open()
            await isGone.wait()
        }
        await client.shutDown()
    }

    @Test func `a server that closes after each answer without saying so costs no request`() async throws {
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let closed = Counter()
        let server = try RawServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            connection.endSending()
            closed.next()
            connection.readToEnd()
        }
        defer { server.stop() }
        let client = HTTPClient(on: group)
        for number in 1...5 {
            let response = try await client.send(ClientRequest(.get, "/"), to: Origin(server.address), deadline: .now + .seconds(3))
            #expect(response.status == .ok)
            await eventually { closed.value == number }
        }
        #expect(server.connectionCount == 5)
        await client.shutDown()
    }

    @Test func `a refused connection does not block those that wait for it`() async throws {
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        var limits = ClientLimits()
        limits.connectionsPerOriginMax = 1
        let client = HTTPClient(on: group, limits: limits)
        let origin = Origin(try RawServer.unusedAddress())
        let refused = await withTaskGroup { tasks in
            for _ in 0..<50 {
                tasks.addTask { () -> Bool in
                    do throws(ClientError) { _ = try await client.send(ClientRequest(.get, "/"), to: origin, deadline: .now + .seconds(3)) } catch {
                        return error == ClientError(.connectionRefused, "", maybeProcessed: false)
                    }
                    return false
                }
            }
            return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused == 50)
    }
}
