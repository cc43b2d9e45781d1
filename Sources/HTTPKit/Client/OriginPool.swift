internal import Base

/// The connections of one loop to one origin, the requests that wait for a connection, and whether the origin can be reached at all.
final class OriginPool: @unchecked Sendable {
    // Safety (@unchecked): touched on the loop's thread only.
    private let origin: Origin
    private let loop: EventLoop
    private let options: ClientOptions
    private var limits: ClientLimits { options.limits }
    private var connections: [ObjectIdentifier: any ClientConnection] = [:]
    /// Connections with room. The one used last is used next, so that the others become idle and close.
    private var available: [any ClientConnection] = []
    private var attempts: [ObjectIdentifier: ConnectionAttempt] = [:]
    private var waiting: [ClientExchange] = []
    private var resolved: [SocketAddress] = []
    private var resolvedUntil: Instant?
    private var isResolving = false
    private var isShutDown = false
    private var health = OriginHealth()

    init(_ origin: Origin, loop: EventLoop, options: ClientOptions) {
        self.origin = origin
        self.loop = loop
        self.options = options
    }

    /// Whether a request would be refused at once because the last attempts to connect have failed.
    var isDown: Bool { available.isEmpty && health.isDown(at: loop.now) }

    func add(_ exchange: ClientExchange) {
        if isShutDown {
            exchange.fail(.cancelled, "the client has been shut down", maybeProcessed: false)
        } else if let connection = takeAvailable() {
            start(exchange, on: connection)
        } else if !isInUse, let failure = health.failure(at: loop.now) {
            exchange.finish(.failure(failure))
        } else {
            queue(exchange)
        }
    }

    /// Gives a request that the server has not processed to another connection.
    func retry(_ exchange: ClientExchange) {
        guard !exchange.isDone else { return }
        exchange.connection = nil
        guard exchange.attempts < limits.attemptsMax else {
            return exchange.fail(.connectionClosed, "the server takes no requests", maybeProcessed: false)
        }
        add(exchange)
    }

    func shutDown() {
        isShutDown = true
        failWaiting(ClientError(.cancelled, "the client has been shut down", maybeProcessed: false))
        for attempt in attempts.values { attempt.cancel() }
        for connection in connections.values { connection.shutDown() }
    }

    // MARK: connections

    /// Notes that a connection has room for another exchange.
    func release(_ connection: any ClientConnection) {
        guard !isShutDown else { return connection.close() }
        if !available.contains(where: { $0 === connection }) { available.append(connection) }
        serveWaiting()
    }

    /// Gives no new exchange to a connection.
    func retire(_ connection: any ClientConnection) {
        available.removeAll { $0 === connection }
        serveWaiting()
    }

    /// Notes that a connection is closed.
    func forget(_ connection: any ClientConnection) {
        connections[ObjectIdentifier(connection)] = nil
        retire(connection)
    }

    /// Notes that the server has closed a new connection before it answered anything.
    func noteRefusal(_ error: ClientError) { health.noteFailure(error, at: loop.now, limits) }

    private func start(_ exchange: ClientExchange, on connection: any ClientConnection) {
        exchange.attempts += 1
        connection.start(exchange)
        if !connection.hasRoom { available.removeAll { $0 === connection } }
    }

    private func takeAvailable() -> (any ClientConnection)? {
        while let connection = available.last {
            if connection.hasRoom, !connection.isStale { return connection }
            available.removeLast()
            if connection.isStale { connection.close() }
        }
        return nil
    }

    private var isInUse: Bool { connections.values.contains(where: \.isInUse) }

    /// Connections that take new exchanges; those that only finish their last ones do not count.
    private var connectionsInUse: Int { connections.values.reduce(0) { $0 + ($1.isInUse ? 1 : 0) } }

    private var attemptsWanted: Int {
        let room =
            (options.speaks == .http2 ? limits.http2ConnectionsPerOriginMax : limits.connectionsPerOriginMax) - connectionsInUse - attempts.count
        let wanted = options.speaks == .http2 ? min(waiting.count, 1) - attempts.count : waiting.count - attempts.count
        return min(room, wanted)
    }

    private func connectIfWanted() {
        guard !isShutDown, attemptsWanted > 0 else { return }
        guard let addresses else { return resolve() }
        for _ in 0..<attemptsWanted {
            var key: ObjectIdentifier?
            let attempt = ConnectionAttempt(on: loop, to: origin, at: addresses, security: options.security, limits: limits) { [weak self] outcome in
                guard let self, let key else { return }
                attempts[key] = nil
                attemptEnded(outcome)
            }
            key = ObjectIdentifier(attempt)
            attempts[ObjectIdentifier(attempt)] = attempt
            attempt.begin()
        }
    }

    private func attemptEnded(_ outcome: ConnectionAttempt.Outcome) {
        switch outcome {
        case .success(let socket):
            guard !isShutDown else { return socket.close() }
            health.noteSuccess()
            let speaksHTTP2 = origin.isSecure ? socket.hasAgreed(on: ALPN.http2) : options.speaks == .http2
            let connection: any ClientConnection =
                speaksHTTP2
                ? HTTP2ClientConnection(socket, on: loop, pool: self, limits: limits)
                : HTTP1ClientConnection(socket, on: loop, pool: self, limits: limits)
            connections[ObjectIdentifier(connection)] = connection
            release(connection)
        case .failure(let error):
            health.noteFailure(error, at: loop.now, limits)
            // The host may have another address by now.
            resolvedUntil = nil
            if !isInUse { failWaiting(error) }
        }
    }

    // MARK: waiting

    private func queue(_ exchange: ClientExchange) {
        // Exchanges that were given up leave the queue only here, when it is full.
        if waiting.count >= limits.waitingPerOriginMax { waiting.removeAll(where: \.isDone) }
        guard waiting.count < limits.waitingPerOriginMax else {
            return exchange.fail(.overloaded, "too many requests wait for this origin", maybeProcessed: false)
        }
        waiting.append(exchange)
        connectIfWanted()
    }

    /// Gives waiting requests to connections with room.
    ///
    /// Starting an exchange may end a connection and call this method again, so a request leaves the queue before it is started.
    private func serveWaiting() {
        guard !isShutDown else { return }
        while !waiting.isEmpty, let connection = takeAvailable() {
            guard !waiting.isEmpty else { break }
            let exchange = waiting.removeFirst()
            if !exchange.isDone { start(exchange, on: connection) }
        }
        if !waiting.isEmpty { connectIfWanted() }
    }

    private func failWaiting(_ error: ClientError) {
        let failed = waiting
        waiting = []
        for exchange in failed { exchange.finish(.failure(error)) }
    }

    // MARK: addresses

    /// The addresses of the origin; nil where its name has to be looked up, again or for the first time.
    private var addresses: [SocketAddress]? {
        switch origin.endpoint {
        case .address(let address): [address]
        case .name: resolvedUntil.flatMap { $0 > loop.now ? resolved : nil }
        }
    }

    /// Looks the name up, once at a time however many requests wait for it. Each of these keeps its own deadline.
    private func resolve() {
        guard case .name(let name, let port) = origin.endpoint, !isResolving else { return }
        isResolving = true
        Task(executorPreference: loop) {
            let found = await Resolver.resolve(name, port: port)
            self.finishResolving(found, name)
        }
    }

    private func finishResolving(_ found: [SocketAddress], _ name: String) {
        isResolving = false
        // While the name service does not answer, the last addresses are better than none.
        if !found.isEmpty { resolved = found }
        guard !resolved.isEmpty else {
            return failWaiting(ClientError(.unreachable, "the host name \(name) is not known", maybeProcessed: false))
        }
        resolvedUntil = loop.now + limits.resolutionTime
        connectIfWanted()
    }
}
