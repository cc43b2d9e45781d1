internal import Base

/// A client's share of one event loop: the connections to each origin and the requests that wait for one.
final class ClientPool: @unchecked Sendable {
    // Safety (@unchecked): touched on the loop's thread only.
    let loop: EventLoop
    private let options: ClientOptions
    private var origins: [Origin: OriginPool] = [:]
    /// The origin asked last, looked at first: a service asks few others.
    private var last: (origin: Origin, pool: OriginPool)?
    private var isShutDown = false
    private struct Sibling { weak var pool: ClientPool? }
    /// The pools of the client's other loops, which are told of what this one learns.
    private var siblings: [Sibling] = []

    init(loop: EventLoop, options: ClientOptions) {
        self.loop = loop
        self.options = options
    }

    /// Called before the first request.
    func setSiblings(_ pools: [ClientPool]) { siblings = pools.filter { $0 !== self }.map { Sibling(pool: $0) } }

    /// Sends a request and waits for its response.
    ///
    /// Inlined, because an asynchronous function that is called allocates a frame and switches back to its caller.
    @inline(__always) func send(_ request: ClientRequest, to origin: Origin, deadline: Instant) async throws(ClientError) -> Response {
        loop.assertOnLoop()
        guard !isShutDown else { throw ClientError(.cancelled, "the client has been shut down", maybeProcessed: false) }
        guard deadline > .now else { throw ClientError(.timedOut, "the deadline had passed", maybeProcessed: false) }
        let exchange = ClientExchange(request: request, host: origin.host, deadline: deadline)
        await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                exchange.begin(continuation)
                if Task.isCancelled { exchange.abandon(.cancelled, "the caller gave up") }
                guard !exchange.isDone else { return }
                exchange.timer = loop.schedule(at: deadline, telling: exchange)
                pool(for: origin).add(exchange)
            }
        } onCancel: {
            loop.execute { exchange.abandon(.cancelled, "the caller gave up") }
        }
        return try exchange.outcome.get()
    }

    func isDown(_ origin: Origin) -> Bool { origins[origin]?.isDown ?? false }

    func shutDown() {
        isShutDown = true
        for pool in origins.values { pool.shutDown() }
        origins = [:]
        last = nil
    }

    private func pool(for origin: Origin) -> OriginPool {
        if let last, last.origin === origin { return last.pool }
        let pool = origins[origin] ?? newPool(for: origin)
        origins[origin] = pool
        last = (origin, pool)
        return pool
    }

    private func newPool(for origin: Origin) -> OriginPool {
        OriginPool(origin, loop: loop, options: options) { [weak self] in self?.tellOthers($0, of: origin) }
    }

    private func tellOthers(_ news: OriginNews, of origin: Origin) {
        for case let pool? in siblings.map(\.pool) {
            pool.loop.execute { if !pool.isShutDown { pool.pool(for: origin).learn(news) } }
        }
    }
}
