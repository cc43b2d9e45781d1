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
    private var budget: RetryBudget
    /// When the origin last answered a request, or said anything about one.
    private var heard: Instant?
    private var answered: Instant?
    /// The last question that was sent while the origin was on trial.
    private var trial: ClientExchange?
    private var probeTimer: Timer?
    /// Tells the client's other loops.
    private let onNews: (OriginNews) -> Void

    init(_ origin: Origin, loop: EventLoop, options: ClientOptions, onNews: @escaping (OriginNews) -> Void) {
        self.origin = origin
        self.loop = loop
        self.options = options
        self.onNews = onNews
        budget = RetryBudget(at: loop.now)
    }

    /// Whether another origin is the better choice now: the last attempts to connect have failed, an answer is overdue, requests were lost or
    /// refused, or the origin has asked to be left alone.
    var isDown: Bool {
        let now = loop.now
        if let trial, !trial.isDone { return true }
        if connections.values.contains(where: { $0.oldest?.began.map { now - $0 >= limits.silenceTime } ?? false }) { return true }
        guard health.isDown(at: now) else { return false }
        return available.isEmpty || health.isSilent || health.failure(at: now) == nil
    }

    func add(_ exchange: ClientExchange) {
        if isShutDown {
            exchange.fail(.cancelled, "the client has been shut down", maybeProcessed: false)
        } else if let refusal = health.refusal(at: loop.now) {
            exchange.finish(.failure(refusal))
        } else if let connection = takeAvailable() {
            start(exchange, on: connection)
        } else if !isInUse, let failure = health.failure(at: loop.now) {
            exchange.finish(.failure(failure))
        } else {
            queue(exchange)
        }
    }

    /// Gives a request that the server has not processed to another connection, or to the same one a little later. There is no third
    /// attempt after two refusals.
    /// - Parameter wasSent: whether the server itself has refused the request, and is left alone for a moment.
    func retry(_ exchange: ClientExchange, wasSent: Bool) {
        guard !exchange.isDone else { return }
        exchange.connection = nil
        guard exchange.attempts < limits.attemptsMax else {
            return exchange.fail(.connectionClosed, "the server takes no requests", maybeProcessed: false)
        }
        guard wasSent else { return add(exchange) }
        // Without another origin there is nothing to gain from leaving this one alone.
        if exchange.request.mayGoElsewhere { noteLost(exchange) }
        guard !exchange.isRepeated else { return exchange.finish(.failure(OriginPool.refusesAll)) }
        guard !exchange.request.mayGoElsewhere else {
            return exchange.fail(.connectionClosed, "the server refuses the request", maybeProcessed: false)
        }
        exchange.isRepeated = true
        let wait = limits.retryTime * (1 << min(exchange.attempts - 1, 16)) * Double.random(in: 0.5...1)
        loop.schedule(at: loop.now + wait) { [weak self] in if !exchange.isDone { self?.add(exchange) } }
    }

    /// Ends a request whose connection was closed: one that was sent fails, and any other one is sent on another connection.
    func lose(_ exchange: ClientExchange, _ error: ClientError, wasSent: Bool) {
        guard !exchange.isDone else { return }
        guard !isShutDown else { return exchange.finish(.failure(error)) }
        noteLost(exchange)
        if wasSent || !error.maybeProcessed { return exchange.finish(.failure(error)) }
        exchange.connection = nil
        guard exchange.attempts < limits.attemptsMax, !exchange.request.mayGoElsewhere else {
            return exchange.fail(.unreachable, "the connection was closed before the request was sent", maybeProcessed: false)
        }
        add(exchange)
    }

    func shutDown() {
        isShutDown = true
        probeTimer?.cancel()
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
        let now = loop.now
        if !exchange.isRepeated {
            if exchange.attempts == 0 { budget.noteQuestion(at: now) }
        } else if !budget.takeRepeat(at: now, of: origin, options.sharedRepeats, limits) {
            return exchange.finish(.failure(OriginPool.refusesAll))
        }
        exchange.attempts += 1
        exchange.began = now
        if health.isOnTrial, !exchange.isProbe { trial = exchange }
        connection.start(exchange)
        if !connection.hasRoom { available.removeAll { $0 === connection } }
    }

    private static let refusesAll = ClientError(
        .overloaded, "the server refuses requests, and enough have been sent to it again", maybeProcessed: false, retryAfter: .seconds(1))

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
                if let attempt = attempts.removeValue(forKey: key), attempt.hasTimedOut, case .failure = outcome { noteUnopened() }
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
            // Its requests were not sent, so that they can go elsewhere.
            guard !socket.hasPeerClosed else {
                socket.close()
                return attemptEnded(.failure(ClientError(.unreachable, "the connection was closed as it was opened", maybeProcessed: false)))
            }
            health.noteConnection()
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

// MARK: health

extension OriginPool {
    /// The server has said something of a request.
    func noteHeard() { heard = loop.now }

    func noteAnswer(_ response: Response, to exchange: ClientExchange?) {
        let now = loop.now
        heard = now
        answered = now
        if let exchange, !exchange.isProbe { health.noteAnswer() }
        guard response.status == .serviceUnavailable, let time = response.fields.retryAfter(), time > .zero else { return }
        let news = options.concernsOthersOnly(response) ? OriginNews.avoided(time) : .held(time)
        take(news)
        onNews(news)
    }

    /// Notes that a caller has given up a request that was sent. It counts if the origin had a fair time to answer the request.
    func noteAbandoned(_ exchange: ClientExchange) {
        if let began = exchange.began, loop.now - began >= limits.silenceTimeMin { noteLost(exchange) }
    }

    /// Notes that a request was not answered, or not with a valid response. The origin counts as silent if it has answered no other one since it was
    /// sent this one, or if it loses too many among those that it answers.
    func noteLost(_ exchange: ClientExchange) {
        guard !exchange.isProbe, !isShutDown else { return }
        let losesMany = health.noteLoss(limits)
        let hasAnswered = exchange.began.flatMap { began in answered.map { $0 >= began } } ?? false
        if losesMany || !hasAnswered { noteSilence() }
    }

    /// A connection could not be opened in time. It counts unless the origin has answered on another one meanwhile.
    private func noteUnopened() {
        if heard.map({ loop.now - $0 >= limits.connectTime }) ?? true { noteSilence() }
    }

    private func noteSilence() {
        guard !health.isSilent else { return }
        take(.silent)
        onNews(.silent)
    }

    /// Takes what another loop has learned. What was lost there was lost by the same server, so that it is on trial here as well.
    func learn(_ news: OriginNews) {
        if case .silent = news { _ = health.noteLoss(limits) }
        take(news)
    }

    /// Takes what this loop or another one has learned.
    private func take(_ news: OriginNews) {
        switch news {
        case .silent: if !health.isSilent { probeLater() }
        case .held(let time): health.hold(for: time, from: loop.now, limits)
        case .avoided(let time): health.avoid(for: time, from: loop.now, limits)
        }
    }

    private func probeLater() {
        guard !isShutDown else { return }
        let wait = health.noteSilence(limits)
        probeTimer?.cancel()
        probeTimer = loop.schedule(at: loop.now + wait) { [weak self] in self?.probe() }
    }

    /// Asks for nothing but an answer: a question would cost a user a registration where the origin is still silent.
    private func probe() {
        guard health.isSilent, !isShutDown else { return }
        let exchange = ClientExchange(request: .probe, host: origin.host, deadline: loop.now + limits.probeAnswerTime)
        exchange.isProbe = true
        exchange.timer = loop.schedule(at: exchange.deadline, telling: exchange)
        Task(executorPreference: loop) { [weak self] in
            await withUnsafeContinuation { exchange.begin($0) }
            self?.probeEnded(exchange.outcome)
        }
        add(exchange)
    }

    private func probeEnded(_ outcome: Result<Response, ClientError>) {
        guard health.isSilent else { return }
        if case .success = outcome { health.noteProbeAnswered() } else { probeLater() }
    }
}
