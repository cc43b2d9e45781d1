import Base

@testable import HTTPKit

/// A server in this process on a port of its own.
struct TestServer {
    let group: EventLoopGroup
    let server: Server
    let address: SocketAddress
    /// What the `/gate` handlers wait for.
    let gate: Gate
    let served: Served

    func connect() throws -> RawClient { try RawClient(address) }
    func connectHTTP2(settings: [(UInt16, UInt32)] = []) throws -> RawHTTP2Client { try RawHTTP2Client(address, settings: settings) }
}

/// What the server said it has answered.
final class Served: Sendable {
    private let requests = Guarded<[ServedRequest]>([])
    func append(_ request: ServedRequest) { requests.withLock { $0.append(request) } }
    var all: [ServedRequest] { requests.withLock { $0 } }
}

/// Runs `body` against a server with these limits, then drains it and ends its loops.
func withServer(
    loopCount: Int = 1, calls: SystemCalls = .kernel, limits change: (inout ServerLimits) -> Void = { _ in }, at listen: SocketAddress? = nil,
    _ body: (TestServer) async throws -> Void
) async throws {
    var limits = ServerLimits()
    limits.lingerTime = .milliseconds(50)
    limits.drainIdleTime = .zero
    change(&limits)
    let group = try EventLoopGroup(loopCount: loopCount, calls: calls)
    let gate = Gate()
    let served = Served()
    let server = Server(on: group, router: TestRoutes.router(gate), limits: limits) { served.append($0) }
    let address = try await server.listen(at: listen ?? SocketAddress(host: "127.0.0.1", port: 0))
    let outcome: Result<Void, any Error>
    do {
        try await body(TestServer(group: group, server: server, address: address, gate: gate, served: served))
        outcome = .success(())
    } catch { outcome = .failure(error) }
    gate.open()
    await server.drain(within: .milliseconds(500))
    group.shutDown()
    try outcome.get()
}

enum TestRoutes {
    static func router(_ gate: Gate) -> Router {
        var router = Router()
        router.on(.get, "/hello", handler: hello)
        router.on(.post, "/echo", handler: echo)
        router.on(.put, "/echo", handler: echo)
        router.on(.delete, "/gone", handler: gone)
        router.on(.get, "/big/{bytes}", Count.self, handler: big)
        router.on(.get, "/later/{turns}", Count.self, handler: later)
        router.on(.get, "/gate/{name}", String.self) { (_, name) in
            .later {
                await gate.wait()
                return .text(.ok, Task.isCancelled ? "cancelled" : "through \(name)")
            }
        }
        return router
    }

    @Sendable private static func hello(_ request: Request) -> Reply { .now(.text(.ok, "hello")) }
    @Sendable private static func echo(_ request: Request) -> Reply { .now(Response(.ok, body: request.body)) }
    @Sendable private static func gone(_ request: Request) -> Reply { .now(Response(.noContent)) }
    @Sendable private static func big(_ request: Request, _ bytes: Count) -> Reply {
        .now(Response(.ok, body: [UInt8](repeating: UInt8(ascii: "x"), count: bytes.value)))
    }

    @Sendable private static func later(_ request: Request, _ turns: Count) -> Reply {
        .later {
            for _ in 0..<turns.value { await Task.yield() }
            return .text(.ok, "after \(turns.value)")
        }
    }
}

struct Count: PathParameter {
    let value: Int

    init(pathSegment: [UInt8]) throws(PathParameterError) {
        guard let value = pathSegment.withUnsafeBytes({ BodyFraming.decimal($0, digitsMax: 9) }) else {
            throw PathParameterError(reason: "is not a number")
        }
        self.value = value
    }
}
