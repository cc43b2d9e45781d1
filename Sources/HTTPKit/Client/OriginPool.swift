internal import Base

/// The connections of one loop to one origin, the requests that wait for one, and whether the origin is to be had at all.
final class OriginPool: @unchecked Sendable {
    // Safety (@unchecked): touched on the loop's thread only.
    private let origin: Origin
    private let loop: EventLoop
    private let options: ClientOptions
    private var limits: ClientLimits { options.limits }
    private var carriers: [ObjectIdentifier: any ClientCarrier] = [:]
    /// Those with room. The one used last is used next, so that the others can go idle and close.
    private var available: [any ClientCarrier] = []
    private var dials: [ObjectIdentifier: ClientDial] = [:]
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
        } else if let carrier = takeAvailable() {
            start(exchange, on: carrier)
        } else if !isInUse, let failure = health.failure(at: loop.now) {
            exchange.finish(.failure(failure))
        } else {
            queue(exchange)
        }
    }

    /// The server has not looked at it: another connection may do better.
    func retry(_ exchange: ClientExchange) {
        guard !exchange.isDone else { return }
        exchange.carrier = nil
        guard exchange.attempts < limits.attemptsMax else {
            return exchange.fail(.connectionClosed, "the server takes no requests", maybeProcessed: false)
        }
        add(exchange)
    }

    func shutDown() {
        isShutDown = true
        failWaiting(ClientError(.cancelled, "the client has been shut down", maybeProcessed: false))
        for dial in dials.values { dial.cancel() }
        for carrier in carriers.values { carrier.shutDown() }
    }

    // MARK: connections

    /// A connection has room for another exchange.
    func release(_ carrier: any ClientCarrier) {
        guard !isShutDown else { return carrier.close() }
        if !available.contains(where: { $0 === carrier }) { available.append(carrier) }
        serveWaiting()
    }

    /// No new exchange is to go there.
    func retire(_ carrier: any ClientCarrier) {
        available.removeAll { $0 === carrier }
        serveWaiting()
    }

    /// A connection is gone, whatever it was doing.
    func forget(_ carrier: any ClientCarrier) {
        carriers[ObjectIdentifier(carrier)] = nil
        retire(carrier)
    }

    /// The server has closed a new connection before it answered anything.
    func noteRefusal(_ error: ClientError) { health.noteFailure(error, at: loop.now, limits) }

    private func start(_ exchange: ClientExchange, on carrier: any ClientCarrier) {
        exchange.attempts += 1
        carrier.start(exchange)
        if !carrier.hasRoom { available.removeAll { $0 === carrier } }
    }

    private func takeAvailable() -> (any ClientCarrier)? {
        while let carrier = available.last {
            if carrier.hasRoom, !carrier.isStale { return carrier }
            available.removeLast()
            if carrier.isStale { carrier.close() }
        }
        return nil
    }

    private var isInUse: Bool { carriers.values.contains(where: \.isInUse) }

    /// Without those that only finish what they have.
    private var carriersInUse: Int { carriers.values.reduce(0) { $0 + ($1.isInUse ? 1 : 0) } }

    private var dialsWanted: Int {
        let room = (options.speaks == .http2 ? limits.http2ConnectionsPerOriginMax : limits.connectionsPerOriginMax) - carriersInUse - dials.count
        let wanted = options.speaks == .http2 ? min(waiting.count, 1) - dials.count : waiting.count - dials.count
        return min(room, wanted)
    }

    private func dialIfWanted() {
        guard !isShutDown, dialsWanted > 0 else { return }
        guard let addresses else { return resolve() }
        for _ in 0..<dialsWanted {
            var key: ObjectIdentifier?
            let dial = ClientDial(on: loop, to: origin, at: addresses, security: options.security, limits: limits) { [weak self] outcome in
                guard let self, let key else { return }
                dials[key] = nil
                dialEnded(outcome)
            }
            key = ObjectIdentifier(dial)
            dials[ObjectIdentifier(dial)] = dial
            dial.begin()
        }
    }

    private func dialEnded(_ outcome: ClientDial.Outcome) {
        switch outcome {
        case .success(let socket):
            guard !isShutDown else { return socket.close() }
            health.noteSuccess()
            let speaksHTTP2 = origin.isSecure ? socket.hasAgreed(on: ALPN.http2) : options.speaks == .http2
            let carrier: any ClientCarrier =
                speaksHTTP2
                ? HTTP2ClientConnection(socket, on: loop, pool: self, limits: limits)
                : HTTP1ClientConnection(socket, on: loop, pool: self, limits: limits)
            carriers[ObjectIdentifier(carrier)] = carrier
            release(carrier)
        case .failure(let error):
            health.noteFailure(error, at: loop.now, limits)
            // Whoever was there may be somewhere else by now.
            resolvedUntil = nil
            if !isInUse { failWaiting(error) }
        }
    }

    // MARK: waiting

    private func queue(_ exchange: ClientExchange) {
        // Those who gave up leave their places when somebody needs them.
        if waiting.count >= limits.waitingPerOriginMax { waiting.removeAll(where: \.isDone) }
        guard waiting.count < limits.waitingPerOriginMax else {
            return exchange.fail(.overloaded, "too many requests wait for this origin", maybeProcessed: false)
        }
        waiting.append(exchange)
        dialIfWanted()
    }

    /// What starts one may end a connection and come back here: a request has left the queue before it is given to anybody.
    private func serveWaiting() {
        guard !isShutDown else { return }
        while !waiting.isEmpty, let carrier = takeAvailable() {
            guard !waiting.isEmpty else { break }
            let exchange = waiting.removeFirst()
            if !exchange.isDone { start(exchange, on: carrier) }
        }
        if !waiting.isEmpty { dialIfWanted() }
    }

    private func failWaiting(_ error: ClientError) {
        let failed = waiting
        waiting = []
        for exchange in failed { exchange.finish(.failure(error)) }
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
        guard case .name(let name, let port) = origin.endpoint, !isResolving else { return }
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
        guard !resolved.isEmpty else {
            return failWaiting(ClientError(.unreachable, "the host name \(name) is not known", maybeProcessed: false))
        }
        resolvedUntil = loop.now + limits.resolutionTime
        dialIfWanted()
    }
}
