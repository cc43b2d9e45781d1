/// One HTTP/1.1 connection of a client: one exchange at a time.
final class ClientConnection: StreamDelegate {
    private let loop: EventLoop
    private let limits: ClientLimits
    private let socket: StreamSocket
    private weak var pool: OriginPool?
    private var exchange: ClientExchange?
    private var decoder: ResponseDecoder
    private var isConnected = false
    private var hasReceived = false
    private var sentBytesBefore = 0
    private var timer: Timer?
    private var onConnectFailure: ((ClientError) -> Void)?
    /// Keeps the connection alive while the kernel may still call it; given up when it closes.
    private var keepAlive: ClientConnection?

    init(on loop: EventLoop, to address: SocketAddress, pool: OriginPool, limits: ClientLimits) throws(SystemError) {
        self.loop = loop
        self.limits = limits
        self.pool = pool
        decoder = ResponseDecoder(limits: limits, isToHead: false)
        socket = try StreamSocket(on: loop, connectingTo: address, unsentBytesMax: Int.max)
        socket.delegate = self
        keepAlive = self
        timer = loop.schedule(at: loop.now + limits.connectTime) { [weak self] in self?.connectTimeIsUp() }
    }

    /// Whether anything of the exchange may have reached the server.
    var hasSent: Bool { socket.sentBytes != sentBytesBefore }
    var isStale: Bool { socket.isClosed || socket.isStale }

    func start(_ exchange: ClientExchange, onConnectFailure: ((ClientError) -> Void)? = nil) {
        self.exchange = exchange
        self.onConnectFailure = onConnectFailure
        exchange.connection = self
        hasReceived = false
        sentBytesBefore = socket.sentBytes
        decoder = ResponseDecoder(limits: limits, isToHead: exchange.request.method == .head)
        if isConnected {
            timer?.cancel()
            sendRequest()
        }
    }

    func close() { socket.close() }

    func shutDown() {
        exchange?.fail(.cancelled, "the client has been shut down", maybeProcessed: hasSent)
        socket.close()
    }

    // MARK: stream

    func streamConnected() {
        isConnected = true
        onConnectFailure = nil
        timer?.cancel()
        sendRequest()
    }

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
        if !isConnected, let onConnectFailure {
            onConnectFailure(connectError(end))
        } else {
            exchange?.fail(.connectionClosed, reason(of: end), maybeProcessed: hasSent)
        }
        exchange = nil
        onConnectFailure = nil
        pool?.forget(self)
        keepAlive = nil
    }

    // MARK: exchange

    private func sendRequest() {
        guard let exchange, !exchange.isDone else { return socket.close() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + exchange.request.body.count)
        MessageWriter.append(exchange.request, host: exchange.host, to: &bytes)
        socket.send(bytes)
    }

    private func take(_ event: ResponseDecoder.Event, isLast: Bool) {
        guard case .response(let response, let keepsAlive) = event else { return }
        exchange?.finish(.success(response))
        guard keepsAlive, isLast, !socket.hasUnsentBytes else { return socket.close() }
        exchange = nil
        timer = loop.schedule(at: loop.now + limits.idleTime) { [weak self] in self?.idleTimeIsUp() }
        pool?.release(self)
    }

    private func fail(_ code: ClientError.Code, _ reason: String) {
        exchange?.fail(code, reason, maybeProcessed: hasSent)
        socket.close()
    }

    private func connectTimeIsUp() {
        if !isConnected { socket.close() }
    }

    private func idleTimeIsUp() {
        if exchange == nil { socket.close() }
    }

    private func connectError(_ end: StreamEnd) -> ClientError {
        if case .reset(let error) = end { ClientError(connecting: error) } else {
            ClientError(.unreachable, "no connection in time", maybeProcessed: false)
        }
    }

    private func reason(of end: StreamEnd) -> String {
        if case .reset(let error) = end { error.description } else { "the connection was closed" }
    }
}
