import Base
import Glibc
import Testing

@testable import HTTPKit

/// Server and client over TLS on real sockets.
@Suite struct SecureServerTests {
    private let laboratory: TLSLaboratory

    init() throws { laboratory = try TLSLaboratory.shared.get() }

    @Test(arguments: [ClientProtocol.http1, .http2]) func `requests are answered, and the handler knows who asks`(speaking: ClientProtocol)
        async throws
    {
        try await withSecureServer(laboratory.server) { server in
            let client = try server.client(laboratory.client, speaking: speaking)
            #expect(try await server.get("/hello", with: client).body == Array("hello".utf8))
            let names = String(decoding: try await server.get("/who", with: client).body, as: UTF8.self)
            #expect(names == "primary.example sip-core-stub.primary.example localhost")
            #expect(server.server.connectionCount == 1)
            await client.shutDown()
            #expect(server.refusals.all.isEmpty)
        }
    }

    @Test(arguments: [ClientProtocol.http1, .http2]) func `content much larger than a record is whole both ways`(speaking: ClientProtocol)
        async throws
    {
        try await withSecureServer(laboratory.server, limits: { $0.unsentBytesMax = 4_194_304 }) { server in
            let client = try server.client(laboratory.client, speaking: speaking)
            let body = (0..<65_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let echoed = try await client.send(ClientRequest(.post, "/echo", body: body), to: try server.origin(), deadline: .now + .seconds(10))
            #expect(echoed.body == body)
            let big = try await server.get("/big/1000000", with: client)
            #expect(big.body.count == 1_000_000)
            await client.shutDown()
        }
    }

    @Test(arguments: [ClientProtocol.http1, .http2]) func `a server that its client does not believe gets no request`(speaking: ClientProtocol)
        async throws
    {
        try await withSecureServer(laboratory.server) { server in
            let client = try server.client(laboratory.client.believing(laboratory.stranger), speaking: speaking)
            #expect(try await server.failure(with: client) == ClientError(.insecure, "", maybeProcessed: false))
            await eventually { server.refusals.all.count == 1 }
            #expect(server.refusals.all.first?.reason.contains("unknown ca") == true, "\(server.refusals.all)")
            await client.shutDown()
        }
    }

    @Test func `a server of another name gets no request`() async throws {
        try await withSecureServer(laboratory.remote.believing(laboratory.client)) { server in
            let client = try server.client(laboratory.client.believing(laboratory.remote), speaking: .http1)
            for host in ["localhost", "127.0.0.1"] {
                #expect(try await server.failure(with: client, at: host) == ClientError(.insecure, "", maybeProcessed: false))
                // A failed attempt is remembered for a moment.
                try await Task.sleep(for: .milliseconds(20))
            }
            await client.shutDown()
        }
    }

    @Test func `an address in the certificate counts as a name`() async throws {
        try await withSecureServer(laboratory.server) { server in
            let client = try server.client(laboratory.client)
            #expect(try await server.get("/hello", with: client, at: "127.0.0.1").status == .ok)
            await client.shutDown()
        }
    }

    @Test(arguments: [ClientProtocol.http1, .http2])
    func `a client that the server does not believe is told so, and may ask elsewhere`(speaking: ClientProtocol) async throws {
        try await withSecureServer(laboratory.server) { server in
            let client = try server.client(laboratory.stranger.believing(laboratory.server), speaking: speaking)
            #expect(try await server.failure(with: client) == ClientError(.insecure, "", maybeProcessed: false))
            #expect(server.refusals.all.count == 1)
            #expect(server.refusals.all.first?.peer.address.hasPrefix("127.0.0.1:") == true, "\(server.refusals.all)")
            await client.shutDown()
        }
    }

    @Test func `a client without a certificate does not try`() async throws {
        try await withSecureServer(laboratory.server) { server in
            let client = HTTPClient(on: server.group)
            let failure = try await server.failure(with: client)
            #expect(failure == ClientError(.unreachable, "", maybeProcessed: false))
            #expect(server.refusals.all.isEmpty)
            await client.shutDown()
        }
    }

    @Test func `a good certificate of somebody who is not welcome ends with the reason given`() async throws {
        try await withSecureServer(laboratory.server, refusing: { $0.names.contains("primary.example") ? "not today" : nil }) { server in
            let client = try server.client(laboratory.client)
            let failure = try await server.failure(with: client)
            #expect(failure?.code == .connectionClosed || failure?.code == .insecure, "\(failure.debugDescription)")
            #expect(server.refusals.all.map(\.reason) == ["not today"])
            #expect(server.refusals.all.first?.peer.names.first == "primary.example")
            #expect(server.refusals.all.first?.peer.address.hasPrefix("127.0.0.1:") == true)
            await client.shutDown()
        }
    }

    @Test(arguments: ["", "\u{16}\u{3}\u{1}\u{1}"]) func `a handshake that does not come to an end is ended`(start: String) async throws {
        try await withSecureServer(laboratory.server, limits: { $0.handshakeTime = .milliseconds(100) }) { server in
            let raw = try RawClient(server.address)
            raw.send(start)
            let began = Instant.now
            _ = try raw.rest()
            #expect(.now - began < .seconds(10))
            await eventually { server.server.connectionCount == 0 }
            #expect(server.refusals.all.map(\.reason) == ["the handshake took too long"])
        }
    }

    @Test func `plain HTTP and garbage are refused at once, each with its reason`() async throws {
        try await withSecureServer(laboratory.server) { server in
            for text in ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}"] {
                let raw = try RawClient(server.address)
                raw.send(text)
                #expect(try !raw.rest().contains("HTTP/"))
            }
            await eventually { server.server.connectionCount == 0 }
            #expect(server.refusals.all.count == 3)
            let client = try server.client(laboratory.client)
            #expect(try await server.get("/hello", with: client).status == .ok)
            await client.shutDown()
        }
    }

    @Test func `of one certificate there are so many connections and no more`() async throws {
        try await withSecureServer(laboratory.server, limits: { $0.connectionsPerCertificateMax = 2 }) { server in
            let clients = try (0..<3).map { _ in try server.client(laboratory.client) }
            for client in clients.prefix(2) { #expect(try await server.get("/hello", with: client).status == .ok) }
            #expect(try await server.failure(with: clients[2]) != nil)
            #expect(server.refusals.all.map(\.reason) == ["there are too many connections with this certificate"])
            #expect(server.server.refusedConnectionCount == 1)
            await clients[0].shutDown()
            await eventually { server.server.connectionCount == 1 }
            try await Task.sleep(for: .milliseconds(50))
            #expect(try await server.get("/hello", with: clients[2]).status == .ok, "one has left, so there is room")
            for client in clients { await client.shutDown() }
            await eventually { server.server.connectionCount == 0 }
        }
    }

    @Test func `an answer that ends without a word of TLS is not taken for whole`() async throws {
        let files = laboratory.server
        let raw = try RawServer { $0.answerOverTLS(files, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf", endsWell: $0.number == 1) }
        defer { raw.stop() }
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let client = HTTPClient(on: group, security: try TLSSource(.client, laboratory.client, protocols: [ALPN.http1]))
        let origin = Origin(raw.address, isSecure: true)
        let whole = try await client.send(ClientRequest(.get, "/"), to: origin, deadline: .now + .seconds(10))
        #expect(whole.body == Array("half".utf8), "it said that this was all")
        await #expect(throws: ClientError(.connectionClosed, "", maybeProcessed: true)) {
            try await client.send(ClientRequest(.get, "/"), to: origin, deadline: .now + .seconds(10))
        }
        await client.shutDown()
    }

    @Test func `a context that is read again is for new connections, and a file that cannot be used changes nothing`() throws {
        let source = try TLSSource(.server, laboratory.server, protocols: ALPN.all)
        let first = source.context
        source.use(try source.read())
        #expect(source.context !== first)
        var broken = laboratory.server
        broken.key = laboratory.client.key
        #expect(throws: TLSError(.badKey, "")) { try TLSSource(.server, broken, protocols: ALPN.all) }
        broken = laboratory.server
        broken.authority = "/nowhere"
        let error = #expect(throws: TLSError(.badAuthority, "")) { try TLSSource(.server, broken, protocols: ALPN.all) }
        #expect(error?.reason.contains("/nowhere") == true)
    }

    @Test(arguments: [nil, "PRI * HTT"])
    func `over TLS that has agreed on HTTP 2 a preface that does not come is waited for no longer than without TLS`(
        text: String?
    ) async throws {
        try await withSecureServer(laboratory.server, limits: { ($0.headTime, $0.idleTime) = (.milliseconds(60), .seconds(100)) }) { server in
            let raw = try RawClient(server.address)
            let start = Instant.now
            let session = try TLSSession(TLSContext(.client, laboratory.client, protocols: [ALPN.http2]), serverName: "localhost")
            try raw.shakeHands(session)
            if let text {
                try session.send(Array(text.utf8))
                raw.send(session.takeOutput())
            }
            _ = try raw.rest()
            #expect(.milliseconds(50)...(.seconds(5)) ~= .now - start)
            await eventually { server.server.connectionCount == 0 }
        }
    }
}

extension RawClient {
    /// Carries the bytes of a handshake to its end.
    fileprivate func shakeHands(_ session: TLSSession) throws {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        var room = [UInt8](repeating: 0, count: 16_384)
        while true {
            send(session.takeOutput())
            let isEstablished = try chunk.withUnsafeMutableBytes { chunk in
                session.feed(UnsafeRawBufferPointer(rebasing: chunk[..<0]))
                defer { session.unfeed() }
                return try room.withUnsafeMutableBytes { if case .established = try session.next(into: $0) { true } else { false } }
            }
            send(session.takeOutput())
            if isEstablished { return }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { throw Failure(description: "the handshake was cut short") }
            let isDone = try chunk.withUnsafeBytes { chunk in
                session.feed(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
                defer { session.unfeed() }
                return try room.withUnsafeMutableBytes { if case .established = try session.next(into: $0) { true } else { false } }
            }
            send(session.takeOutput())
            if isDone { return }
        }
    }
}
