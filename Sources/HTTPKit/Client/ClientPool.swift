/// A client's share of one event loop: the connections to each origin and the requests that wait for one.
final class ClientPool: @unchecked Sendable {
    // Safety (@unchecked): touched on the loop's thread only.
    let loop: EventLoop
    let limits: ClientLimits
    private var origins: [Origin: OriginPool] = [:]
    private var resolutions: [Origin: (addresses: [SocketAddress], validUntil: ContinuousClock.Instant)] = [:]

    init(loop: EventLoop, limits: ClientLimits) {
        self.loop = loop
        self.limits = limits
    }

    func send(_ request: ClientRequest, to origin: Origin, deadline: ContinuousClock.Instant) async throws(ClientError) -> Response {
        loop.assertOnLoop()
        guard deadline > .now else { throw ClientError(.timedOut, "the deadline had passed", maybeProcessed: false) }
        let addresses = try await resolve(origin)
        let exchange = ClientExchange(request: request, host: origin.host, deadline: deadline)
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Result<Response, ClientError>, Never>) in
                exchange.begin(continuation)
                guard !Task.isCancelled else { return exchange.fail(.cancelled, "the caller gave up", maybeProcessed: false) }
                exchange.timer = loop.schedule(at: deadline) { exchange.abandon(.timedOut, "no response in time") }
                pool(for: origin).add(exchange, addresses: addresses)
            }
        } onCancel: {
            loop.execute { exchange.abandon(.cancelled, "the caller gave up") }
        }
        return try result.get()
    }

    func shutDown() {
        for pool in origins.values { pool.shutDown() }
        origins = [:]
    }

    private func pool(for origin: Origin) -> OriginPool {
        if let pool = origins[origin] { return pool }
        let pool = OriginPool(loop: loop, limits: limits)
        origins[origin] = pool
        return pool
    }

    private func resolve(_ origin: Origin) async throws(ClientError) -> [SocketAddress] {
        switch origin.endpoint {
        case .address(let address):
            return [address]
        case .name(let name, let port):
            if let known = resolutions[origin], known.validUntil > .now { return known.addresses }
            let addresses = await Resolver.resolve(name, port: port)
            guard !addresses.isEmpty else { throw ClientError(.unreachable, "the host name \(name) is not known", maybeProcessed: false) }
            resolutions[origin] = (addresses, .now + limits.resolutionTime)
            return addresses
        }
    }
}

/// The connections of one loop to one origin. The one used last is used next, so that the others can go idle and close.
final class OriginPool {
    private let loop: EventLoop
    private let limits: ClientLimits
    private var idle: [ClientConnection] = []
    private var busyCount = 0
    private var waiting: [ClientExchange] = []
    private var isShutDown = false

    init(loop: EventLoop, limits: ClientLimits) {
        self.loop = loop
        self.limits = limits
    }

    func add(_ exchange: ClientExchange, addresses: [SocketAddress]) {
        exchange.addresses = addresses
        guard !isShutDown else { return exchange.fail(.cancelled, "the client has been shut down", maybeProcessed: false) }
        if let connection = takeIdle() {
            busyCount += 1
            connection.start(exchange)
        } else if busyCount < limits.connectionsPerOriginMax {
            connect(for: exchange, addresses[...])
        } else if waiting.count < limits.waitingPerOriginMax {
            waiting.append(exchange)
        } else {
            exchange.fail(.overloaded, "too many requests wait for this origin", maybeProcessed: false)
        }
    }

    func shutDown() {
        isShutDown = true
        for connection in idle { connection.close() }
        idle = []
        for exchange in waiting { exchange.fail(.cancelled, "the client has been shut down", maybeProcessed: false) }
        waiting = []
    }

    /// A connection's exchange has ended and it can take another.
    func release(_ connection: ClientConnection) {
        busyCount -= 1
        guard !isShutDown else { return connection.close() }
        idle.append(connection)
        serveWaiting()
    }

    /// A connection is gone, whatever it was doing.
    func forget(_ connection: ClientConnection, wasBusy: Bool) {
        if wasBusy { busyCount -= 1 } else { idle.removeAll { $0 === connection } }
        serveWaiting()
    }

    private func takeIdle() -> ClientConnection? {
        while let connection = idle.popLast() {
            if !connection.isStale { return connection }
            connection.close()
        }
        return nil
    }

    private func serveWaiting() {
        while !waiting.isEmpty, !isShutDown, !idle.isEmpty || busyCount < limits.connectionsPerOriginMax {
            let exchange = waiting.removeFirst()
            if !exchange.isDone { add(exchange, addresses: exchange.addresses) }
        }
    }

    /// Tries the addresses of a name one after the other.
    private func connect(for exchange: ClientExchange, _ addresses: ArraySlice<SocketAddress>) {
        guard let address = addresses.first else {
            return exchange.fail(.unreachable, "the origin has no address", maybeProcessed: false)
        }
        busyCount += 1
        do throws(SystemError) {
            let connection = try ClientConnection(on: loop, to: address, pool: self, limits: limits)
            connection.start(exchange) { [weak self] error in
                guard let self, addresses.count > 1, !exchange.isDone else { return exchange.finish(.failure(error)) }
                connect(for: exchange, addresses.dropFirst())
            }
        } catch {
            busyCount -= 1
            exchange.finish(.failure(ClientError(connecting: error)))
        }
    }
}
