internal import Base

/// One HTTP/2 connection of a client. It carries many exchanges at a time, and sends everything of one turn of the loop in one write.
final class HTTP2ClientConnection: ClientConnection, StreamDelegate, HTTP2ClientSessionDelegate, TurnEnding {
    private let loop: EventLoop
    private let limits: ClientLimits
    private let socket: StreamSocket
    private unowned let pool: OriginPool
    private let session: HTTP2ClientSession
    private let scheme: StaticString
    private var exchanges = StreamTable<ClientExchange>()
    private var output: [UInt8] = []
    private var willFlush = false
    /// Whether the connection takes no new exchange.
    private var isRetired = false
    private var hasReceived = false
    private var received: Instant
    private var idleSince: Instant
    private var timer: Timer?
    /// The last stream that was begun, the last one that the kernel has taken all bytes of, and the bytes that it had taken then.
    private var lastStream: Int32 = 0
    private var sentThrough: (stream: Int32, bytes: Int)

    /// - Parameter socket: connected. It is closed before the pool is freed.
    init(_ socket: StreamSocket, on loop: EventLoop, pool: OriginPool, limits: ClientLimits) {
        self.loop = loop
        self.limits = limits
        self.socket = socket
        self.pool = pool
        scheme = socket.isSecured ? "https" : "http"
        received = loop.now
        idleSince = loop.now
        sentThrough = (0, socket.sentBytes)
        session = HTTP2ClientSession(limits: limits, now: loop.now)
        session.delegate = self
        socket.delegate = self
        // A server that shuts down says with GOAWAY which requests it has not processed, and may have closed the connection before that is read.
        socket.readsAfterSendFailure = true
        armTimer()
        flushSoon()
    }

    var hasRoom: Bool { !isRetired && !socket.isBroken && exchanges.count < session.streamsMax }
    var isInUse: Bool { !isRetired && !socket.isBroken }
    var isStale: Bool { socket.isClosed }
    var oldest: ClientExchange? { exchanges.first }

    func start(_ exchange: ClientExchange) {
        session.now = loop.now
        guard let stream = session.send(exchange.request, host: exchange.host, scheme: scheme) else {
            isRetired = true
            return pool.retry(exchange, wasSent: false)
        }
        exchange.connection = self
        exchanges.add(exchange, stream)
        lastStream = stream
        flushSoon()
    }

    func abandon(_ exchange: ClientExchange) {
        guard let stream = exchanges.firstID(where: { $0 === exchange }) else { return }
        forget(stream)
        pool.noteAbandoned(exchange)
        // Not a byte has arrived since the request went out: the server may be gone, so the next request uses another connection.
        if let began = exchange.began, received <= began { retire() }
        session.now = loop.now
        session.cancel(stream)
        flushSoon()
        settle()
    }

    func close() { socket.close() }

    func shutDown() {
        let ended = exchanges.removeAll()
        for (_, exchange) in ended { exchange.fail(.cancelled, "the client has been shut down", maybeProcessed: true) }
        session.leave()
        flush()
        socket.close()
    }

    // MARK: stream

    func streamConnected() {}

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        hasReceived = true
        received = loop.now
        session.now = loop.now
        let hadRoom = hasRoom
        do throws(HTTP2Failure) { try session.receive(bytes) } catch {
            isRetired = true
            failAll(ClientError(.invalidResponse, error.reason, maybeProcessed: true))
            return socket.close()
        }
        if session.peerIsLeaving { retire() }
        // Its SETTINGS may allow more streams than before.
        if !hadRoom, hasRoom { pool.release(self) }
        flushSoon()
        settle()
    }

    func streamEnded() { socket.close() }
    func streamDrained() { flushSoon() }

    func streamClosed(_ end: StreamEnd) {
        timer?.cancel()
        isRetired = true
        let error =
            session.hasFoundFault
            ? ClientError(.invalidResponse, "what the server sent is not HTTP/2 as it should be", maybeProcessed: true)
            : ClientError(ended: end, hasReceived: hasReceived)
        if !error.maybeProcessed { pool.noteRefusal(error) }
        pool.retire(self)
        failAll(error)
        pool.forget(self)
    }

    private func failAll(_ error: ClientError) {
        let failed = exchanges.removeAll()
        for (id, exchange) in failed { pool.lose(exchange, error, wasSent: wasSent(id)) }
    }

    /// Whether a byte of the stream may have left. The kernel takes bytes in order, and nghttp2 knows no stream whose header fields it still holds.
    private func wasSent(_ id: Int32) -> Bool {
        session.hasWritten(id) && (id <= sentThrough.stream || socket.sentBytes != sentThrough.bytes)
    }

    // MARK: responses

    func session(_ session: HTTP2ClientSession, received response: Response, on stream: Int32) {
        let exchange = forget(stream)
        pool.noteAnswer(response, to: exchange)
        exchange?.finish(.success(response))
        if hasRoom { pool.release(self) }
    }

    func session(_ session: HTTP2ClientSession, lost stream: Int32, _ loss: HTTP2ClientSession.Loss) {
        let wasSent = wasSent(stream)
        guard let exchange = forget(stream) else { return }
        pool.noteHeard()
        switch loss {
        case .notProcessed: pool.retry(exchange, wasSent: wasSent)
        case .invalid(let reason): pool.lose(exchange, ClientError(.invalidResponse, reason, maybeProcessed: true), wasSent: true)
        case .ended(let reason): pool.lose(exchange, ClientError(.connectionClosed, reason, maybeProcessed: true), wasSent: true)
        }
        if hasRoom { pool.release(self) }
    }

    @discardableResult
    private func forget(_ stream: Int32) -> ClientExchange? {
        let exchange = exchanges.remove(stream)
        if exchanges.isEmpty { idleSince = loop.now }
        return exchange
    }

    /// Lets the exchanges under way end, and sends the next ones to other connections.
    private func retire() {
        guard !isRetired else { return }
        isRetired = true
        pool.retire(self)
    }

    private func settle() {
        if isRetired, exchanges.isEmpty, !socket.isBroken { socket.close() }
    }

    // MARK: output

    private func flushSoon() {
        guard !willFlush, !socket.isBroken else { return }
        willFlush = true
        loop.atTurnEnd(self)
    }

    func turnEnded() {
        willFlush = false
        flush()
        if !socket.isBroken, !socket.hasUnsentBytes, session.isOver { socket.close() }
    }

    private func flush() {
        session.now = loop.now
        while !socket.isBroken, !socket.hasUnsentBytes {
            do throws(HTTP2Failure) { try session.appendOutput(to: &output, countMax: limits.gatheredBytesMax) } catch { return socket.close() }
            guard !output.isEmpty else {
                sentThrough = (lastStream, socket.sentBytes)
                return
            }
            socket.send(output)
            output.removeAll(keepingCapacity: true)
        }
    }

    // MARK: time

    private func armTimer() {
        timer = loop.schedule(at: max(idleSince, loop.now) + limits.idleTime) { [unowned self] in
            if exchanges.isEmpty, loop.now >= idleSince + limits.idleTime {
                session.leave()
                flush()
                socket.close()
            } else {
                armTimer()
            }
        }
    }
}
