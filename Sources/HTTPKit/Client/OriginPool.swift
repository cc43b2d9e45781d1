/// The connections of one loop to one origin. The one used last is used next, so that the others can go idle and close.
final class OriginPool: @unchecked Sendable {
    // Safety (@unchecked): touched on the loop's thread only.
    private let origin: Origin
    private let loop: EventLoop
    private let limits: ClientLimits
    /// All that are open or being opened, those in `idle` too.
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var idle: [ClientConnection] = []
    private var waiting: [ClientExchange] = []
    private var resolved: [SocketAddress] = []
    private var resolvedUntil: ContinuousClock.Instant?
    private var isResolving = false
    private var isShutDown = false

    init(_ origin: Origin, loop: EventLoop, limits: ClientLimits) {
        self.origin = origin
        self.loop = loop
        self.limits = limits
    }

    func add(_ exchange: ClientExchange) {
        if isShutDown {
            exchange.fail(.cancelled, "the client has been shut down", maybeProcessed: false)
        } else if let connection = takeIdle() {
            connection.start(exchange)
        } else if hasRoom, let addresses {
            connect(for: exchange, addresses[...])
        } else {
            queue(exchange)
        }
    }

    func shutDown() {
        isShutDown = true
        failWaiting(.cancelled, "the client has been shut down")
        for connection in connections.values { connection.shutDown() }
    }

    /// A connection's exchange has ended and it can take another.
    func release(_ connection: ClientConnection) {
        guard !isShutDown else { return connection.close() }
        idle.append(connection)
        serveWaiting()
    }

    /// A connection is gone, whatever it was doing.
    func forget(_ connection: ClientConnection) {
        connections[ObjectIdentifier(connection)] = nil
        idle.removeAll { $0 === connection }
        serveWaiting()
    }

    private var hasRoom: Bool { connections.count < limits.connectionsPerOriginMax }

    private func takeIdle() -> ClientConnection? {
        while let connection = idle.popLast() {
            if !connection.isStale { return connection }
            connection.close()
        }
        return nil
    }

    // MARK: waiting

    private func queue(_ exchange: ClientExchange) {
        // Those who gave up leave their places when somebody needs them.
        if waiting.count >= limits.waitingPerOriginMax { waiting.removeAll(where: \.isDone) }
        guard waiting.count < limits.waitingPerOriginMax else {
            return exchange.fail(.overloaded, "too many requests wait for this origin", maybeProcessed: false)
        }
        waiting.append(exchange)
        if hasRoom { resolve() }
    }

    private func serveWaiting() {
        while !isShutDown, !waiting.isEmpty, !idle.isEmpty || (hasRoom && addresses != nil) {
            let exchange = waiting.removeFirst()
            if !exchange.isDone { add(exchange) }
        }
        if !isShutDown, !waiting.isEmpty, hasRoom { resolve() }
    }

    private func failWaiting(_ code: ClientError.Code, _ reason: String) {
        let failed = waiting
        waiting = []
        for exchange in failed { exchange.fail(code, reason, maybeProcessed: false) }
    }

    // MARK: addresses

    /// Nil where the name has to be looked up, again or for the first time.
    private var addresses: [SocketAddress]? {
        switch origin.endpoint {
        case .address(let address): [address]
        case .name: resolvedUntil.flatMap { $0 > loop.now ? resolved : nil }
        }
    }

    /// One look-up at a time however many requests wait for it; each of them keeps its own deadline.
    private func resolve() {
        guard case .name(let name, let port) = origin.endpoint, addresses == nil, !isResolving else { return }
        isResolving = true
        Task(executorPreference: loop) {
            let found = await Resolver.resolve(name, port: port)
            self.finishResolving(found, name)
        }
    }

    private func finishResolving(_ found: [SocketAddress], _ name: String) {
        isResolving = false
        // While the name service is out, what it said before is better than nothing.
        if !found.isEmpty { resolved = found }
        guard !resolved.isEmpty else { return failWaiting(.unreachable, "the host name \(name) is not known") }
        resolvedUntil = loop.now + limits.resolutionTime
        serveWaiting()
    }

    /// Tries the addresses of a name one after the other.
    private func connect(for exchange: ClientExchange, _ addresses: ArraySlice<SocketAddress>) {
        var rest = addresses
        var failure = ClientError(.unreachable, "the origin has no address", maybeProcessed: false)
        while let address = rest.popFirst() {
            do throws(SystemError) {
                let connection = try ClientConnection(on: loop, to: address, pool: self, limits: limits)
                connections[ObjectIdentifier(connection)] = connection
                return connection.start(exchange) { [weak self, rest] error in
                    guard let self, !rest.isEmpty, !exchange.isDone, !isShutDown else { return exchange.finish(.failure(error)) }
                    connect(for: exchange, rest)
                }
            } catch {
                failure = ClientError(connecting: error)
            }
        }
        exchange.finish(.failure(failure))
    }
}
