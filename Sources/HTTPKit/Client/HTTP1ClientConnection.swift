internal import Base

/// One HTTP/1.1 connection of a client: one exchange at a time.
final class HTTP1ClientConnection: ClientConnection, StreamDelegate {
    private let loop: EventLoop
    private let limits: ClientLimits
    private let socket: StreamSocket
    private unowned let pool: OriginPool
    private var exchange: ClientExchange?
    private var decoder: ResponseDecoder
    private var hasReceived = false
    /// Whether a request was sent. Bytes that came before are no response, and are taken for one so that the request fails with them.
    private var isUsed = false
    private var timer: Timer?
    /// The bytes that the kernel had taken before it was given the present request.
    private var sentBytesBefore = 0

    /// - Parameter socket: connected. It is closed before the pool is freed.
    init(_ socket: StreamSocket, on loop: EventLoop, pool: OriginPool, limits: ClientLimits) {
        self.loop = loop
        self.limits = limits
        self.socket = socket
        self.pool = pool
        decoder = ResponseDecoder(limits: limits, isToHead: false)
        socket.delegate = self
        // A server may answer before it has read the whole request, and then close.
        socket.readsAfterSendFailure = true
        waitForExchange()
    }

    var hasRoom: Bool { exchange == nil && !socket.isBroken }
    var isInUse: Bool { !socket.isClosed }
    var isStale: Bool { socket.isClosed || (isUsed ? socket.isStale : socket.hasPeerClosed) }
    var oldest: ClientExchange? { exchange }

    func start(_ exchange: ClientExchange) {
        self.exchange = exchange
        exchange.connection = self
        hasReceived = false
        isUsed = true
        timer?.cancel()
        decoder = ResponseDecoder(limits: limits, isToHead: exchange.request.method == .head)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + exchange.request.body.count)
        MessageWriter.append(exchange.request, host: exchange.host, to: &bytes)
        sentBytesBefore = socket.sentBytes
        socket.send(bytes)
    }

    /// Closes the connection: the response may still arrive, and would be taken for that of the next request.
    func abandon(_ exchange: ClientExchange) {
        pool.noteAbandoned(exchange)
        socket.close()
    }

    func close() { socket.close() }

    func shutDown() {
        exchange?.fail(.cancelled, "the client has been shut down", maybeProcessed: true)
        socket.close()
    }

    // MARK: stream

    func streamConnected() {}

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        hasReceived = true
        guard exchange != nil else { return socket.close() }
        var input = bytes
        do throws(Refusal) { take(try decoder.next(&input), isLast: input.isEmpty) } catch { fail(.invalidResponse, error.reason) }
    }

    func streamEnded() {
        guard exchange != nil else { return socket.close() }
        guard hasReceived else { return fail(.connectionClosed, "the server closed the connection without an answer") }
        do throws(Refusal) { take(try decoder.end(), isLast: true) } catch { fail(.connectionClosed, error.reason) }
    }

    func streamDrained() {}

    func streamClosed(_ end: StreamEnd) {
        timer?.cancel()
        let error = ClientError(ended: end, hasReceived: hasReceived)
        if !error.maybeProcessed { pool.noteRefusal(error) }
        let lost = exchange
        exchange = nil
        if let lost { pool.lose(lost, error, wasSent: hasReceived || socket.sentBytes != sentBytesBefore) }
        pool.forget(self)
    }

    // MARK: exchange

    private func take(_ event: ResponseDecoder.Event, isLast: Bool) {
        guard case .response(let response, let keepsAlive) = event else { return }
        let finished = exchange
        exchange = nil
        pool.noteAnswer(response, to: finished)
        finished?.finish(.success(response))
        guard keepsAlive, isLast, !socket.hasUnsentBytes, !socket.isBroken else { return socket.close() }
        waitForExchange()
        pool.release(self)
    }

    private func waitForExchange() {
        timer = loop.schedule(at: loop.now + limits.idleTime) { [unowned self] in
            if exchange == nil { socket.close() }
        }
    }

    private func fail(_ code: ClientError.Code, _ reason: String) {
        if let exchange { pool.lose(exchange, ClientError(code, reason, maybeProcessed: true), wasSent: true) }
        socket.close()
    }
}
