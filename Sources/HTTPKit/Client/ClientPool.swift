/// A client's share of one event loop: the connections to each origin and the requests that wait for one.
final class ClientPool: @unchecked Sendable {
    // Safety (@unchecked): touched on the loop's thread only.
    let loop: EventLoop
    private let options: ClientOptions
    private var origins: [Origin: OriginPool] = [:]
    private var isShutDown = false

    init(loop: EventLoop, options: ClientOptions) {
        self.loop = loop
        self.options = options
    }

    func send(_ request: ClientRequest, to origin: Origin, deadline: ContinuousClock.Instant) async throws(ClientError) -> Response {
        loop.assertOnLoop()
        guard !isShutDown else { throw ClientError(.cancelled, "the client has been shut down", maybeProcessed: false) }
        guard deadline > .now else { throw ClientError(.timedOut, "the deadline had passed", maybeProcessed: false) }
        let exchange = ClientExchange(request: request, host: origin.host, deadline: deadline)
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Result<Response, ClientError>, Never>) in
                exchange.begin(continuation)
                if Task.isCancelled { exchange.abandon(.cancelled, "the caller gave up") }
                guard !exchange.isDone else { return }
                exchange.timer = loop.schedule(at: deadline) { exchange.abandon(.timedOut, "no response in time") }
                pool(for: origin).add(exchange)
            }
        } onCancel: {
            loop.execute { exchange.abandon(.cancelled, "the caller gave up") }
        }
        return try result.get()
    }

    func isDown(_ origin: Origin) -> Bool { origins[origin]?.isDown ?? false }

    func shutDown() {
        isShutDown = true
        for pool in origins.values { pool.shutDown() }
        origins = [:]
    }

    private func pool(for origin: Origin) -> OriginPool {
        if let pool = origins[origin] { return pool }
        let pool = OriginPool(origin, loop: loop, options: options)
        origins[origin] = pool
        return pool
    }
}
