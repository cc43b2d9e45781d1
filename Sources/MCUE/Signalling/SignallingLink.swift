internal import Base
internal import HTTPKit
internal import SIP

/// One socket to the SIP core: sends requests, finds the final response to each, and sends again over UDP until it comes.
///
/// It runs on the thread of its event loop, where the socket and the timers call it. The link and the socket hold each other until `close`.
///
/// Source: RFC 3261 §17.1.2 (the non-INVITE client transaction) and §18.1.
actor SignallingLink {
    private final class Exchange {
        let message: [UInt8]
        var schedule = RetransmissionSchedule()
        var resending: Timer?
        var timeout: Timer?
        var continuation: CheckedContinuation<Result<SIPResponse, UEError>, Never>?

        init(_ message: [UInt8]) { self.message = message }
    }

    private let loop: EventLoop
    private let executor: LoopSerialExecutor
    /// Where the server may be, in the order in which the addresses are tried. Not empty.
    private let candidates: [AddressPair]
    private var current = 0
    private let transport: ServerAddress.Transport
    private var socket: (any SIPSocket)?
    private var exchanges: [[UInt8]: Exchange] = [:]
    /// How often a request was sent again.
    private(set) var retransmissionCount = 0

    init(on loop: EventLoop, addresses: [AddressPair], transport: ServerAddress.Transport) {
        self.loop = loop
        executor = LoopSerialExecutor(loop)
        precondition(!addresses.isEmpty)
        candidates = addresses
        self.transport = transport
    }

    // Safety: the executor lives as long as the actor that holds it.
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private var addresses: AddressPair { candidates[current] }

    /// The address of the server that is tried now.
    var server: SocketAddress { addresses.server }

    /// Goes on to the next address of the server (RFC 3263 §4.3).
    ///
    /// - Returns: false where all have been tried.
    func advance() -> Bool {
        guard current + 1 < candidates.count else { return false }
        close()
        current += 1
        return true
    }

    /// Opens the socket where it is not open.
    ///
    /// - Returns: the address that the server sees.
    /// - Throws: `.noAnswer`.
    func open() throws(UEError) -> SocketAddress {
        if socket == nil {
            do throws(SystemError) {
                switch transport {
                case .udp: socket = try SIPDatagramSocket(on: loop, addresses: addresses) { self.take($0) }
                case .tcp: socket = try SIPStreamSocket(on: loop, addresses: addresses) { self.take($0) }
                }
            } catch { throw UEError(.noAnswer, "\(error)") }
        }
        return socket?.local ?? addresses.local
    }

    func close() {
        let open = socket
        socket = nil
        open?.close()
    }

    /// Sends a request and waits for its final response.
    ///
    /// - Parameter branch: the branch of the Via in the request, which no other request has.
    /// - Throws: `.noAnswer`.
    func exchange(_ message: [UInt8], branch: [UInt8], within time: Duration) async throws(UEError) -> SIPResponse {
        guard socket != nil else { throw UEError(.noAnswer, "the connection is gone") }
        let result = await withCheckedContinuation { begin(message, branch, time, $0) }
        return try result.get()
    }

    private func begin(
        _ message: [UInt8], _ branch: [UInt8], _ time: Duration, _ continuation: CheckedContinuation<Result<SIPResponse, UEError>, Never>
    ) {
        let exchange = Exchange(message)
        exchange.continuation = continuation
        exchanges[branch] = exchange
        exchange.timeout = loop.schedule(at: .now + time) {
            self.finish(branch, .failure(UEError(.noAnswer, "no answer from \(self.addresses.server) within \(time)")))
        }
        send(exchange, branch)
    }

    private func send(_ exchange: Exchange, _ branch: [UInt8]) {
        guard let socket else { return }
        socket.send(exchange.message)
        guard !socket.isReliable else { return }
        exchange.resending = loop.schedule(at: .now + exchange.schedule.next()) { self.resend(branch) }
    }

    private func resend(_ branch: [UInt8]) {
        guard let exchange = exchanges[branch] else { return }
        retransmissionCount += 1
        send(exchange, branch)
    }

    private func take(_ event: SIPSocketEvent) {
        switch event {
        case .message(let bytes): take(bytes)
        case .lost(let reason):
            socket = nil
            for branch in exchanges.keys { finish(branch, .failure(UEError(.noAnswer, reason))) }
        }
    }

    /// Drops a message that is no response to a request under way (RFC 3261 §17.1.3 and §18.1.2).
    private func take(_ bytes: [UInt8]) {
        guard case .response(let response)? = try? SIPParser.parse(datagram: bytes), let core = try? response.core(),
            let branch = core.vias.first?.branch, let exchange = exchanges[branch]
        else { return }
        guard response.status >= 200 else { return exchange.schedule.proceed() }
        finish(branch, .success(response))
    }

    private func finish(_ branch: [UInt8], _ result: Result<SIPResponse, UEError>) {
        guard let exchange = exchanges.removeValue(forKey: branch) else { return }
        exchange.resending?.cancel()
        exchange.timeout?.cancel()
        exchange.continuation?.resume(returning: result)
        exchange.continuation = nil
    }
}
