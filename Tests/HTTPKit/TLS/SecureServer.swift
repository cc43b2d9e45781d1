import Base
import Glibc
import Testing

@testable import HTTPKit

/// A server of this process that speaks TLS, and clients to it.
struct SecureServer {
    let server: Server
    let group: EventLoopGroup
    let address: SocketAddress
    let refusals: Refusals

    func origin(_ host: String = "localhost") throws -> Origin { try Origin(hostAndPort: "\(host):\(address.port)", isSecure: true) }

    func client(_ files: TLSFiles, speaking: ClientProtocol = .http2) throws -> HTTPClient {
        let protocols = speaking == .http2 ? ALPN.all : [ALPN.http1]
        return HTTPClient(on: group, speaking: speaking, security: try TLSSource(.client, files, protocols: protocols))
    }

    func get(_ path: String, with client: HTTPClient, at host: String = "localhost") async throws -> Response {
        try await client.send(ClientRequest(.get, path), to: try origin(host), deadline: .now + .seconds(10))
    }

    /// The error of a request that must fail.
    func failure(with client: HTTPClient, at host: String = "localhost") async throws -> ClientError? {
        do {
            _ = try await get("/hello", with: client, at: host)
            return nil
        } catch { return error as? ClientError }
    }
}

/// What the server said of those it did not let in.
final class Refusals: Sendable {
    private let kept = Guarded<[(peer: Peer, reason: String)]>([])
    func append(_ peer: Peer, _ error: TLSError) { kept.withLock { $0.append((peer, error.reason)) } }
    var all: [(peer: Peer, reason: String)] { kept.withLock { $0 } }
}

func withSecureServer(
    _ files: TLSFiles, limits change: (inout ServerLimits) -> Void = { _ in }, refusing refusal: @escaping @Sendable (Peer) -> String? = { _ in nil },
    _ body: (SecureServer) async throws -> Void
) async throws {
    var limits = ServerLimits()
    limits.lingerTime = .milliseconds(50)
    limits.drainIdleTime = .zero
    change(&limits)
    let group = try EventLoopGroup(loopCount: 1)
    let refusals = Refusals()
    let gate = Gate()
    var router = TestRoutes.router(gate)
    router.on(.get, "/who") { .now(.text(.ok, $0.peer.names.joined(separator: " "))) }
    let security = ServerSecurity(try TLSSource(.server, files, protocols: ALPN.all), refusing: refusal) { refusals.append($0, $1) }
    let server = Server(on: group, router: router, limits: limits, security: security)
    let address = try await server.listen(at: SocketAddress(host: "127.0.0.1", port: 0))
    let outcome: Result<Void, any Error>
    do {
        try await body(SecureServer(server: server, group: group, address: address, refusals: refusals))
        outcome = .success(())
    } catch { outcome = .failure(error) }
    gate.open()
    await server.drain(within: .milliseconds(500))
    group.shutDown()
    try outcome.get()
}

extension RawServer.Connection {
    /// Speaks TLS, reads one request and says what it is told.
    ///
    /// - Parameter endsWell: whether the end is said in TLS, too, as it must be.
    func answerOverTLS(_ files: TLSFiles, _ text: String, endsWell: Bool) {
        guard let session = try? TLSSession(TLSContext(.server, files, protocols: ALPN.all)) else { return }
        var request: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        var room = [UInt8](repeating: 0, count: 16_384)
        while !request.suffix(4).elementsEqual([13, 10, 13, 10]) {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0, let read = try? RawServer.Connection.content(of: chunk[..<count], session, &room) else { return }
            request += read
            send(session.takeOutput())
        }
        try? session.send(Array(text.utf8))
        if endsWell { session.endSending() }
        send(session.takeOutput())
    }

    private static func content(of bytes: ArraySlice<UInt8>, _ session: TLSSession, _ room: inout [UInt8]) throws -> [UInt8] {
        try bytes.withUnsafeBytes { lent in
            session.feed(lent)
            defer { session.unfeed() }
            var content: [UInt8] = []
            while true {
                switch try room.withUnsafeMutableBytes({ try session.next(into: $0) }) {
                case .needMore, .ended: return content
                case .established: continue
                case .content(let count): content += room[..<count]
                }
            }
        }
    }

    private func send(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } }
}
