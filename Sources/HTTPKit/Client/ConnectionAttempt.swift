internal import Base

/// Opens one connection to an origin: tries its addresses one after the other, and does the TLS handshake where the origin is `https`.
final class ConnectionAttempt: StreamDelegate {
    typealias Outcome = Result<StreamSocket, ClientError>

    private let loop: EventLoop
    private let limits: ClientLimits
    private let origin: Origin
    private let security: TLSSource?
    private var addresses: ArraySlice<SocketAddress>
    private var socket: StreamSocket?
    private var timer: Timer?
    private var onEnd: ((Outcome) -> Void)?
    /// Whether an address took so long that it was given up.
    private(set) var hasTimedOut = false

    init(
        on loop: EventLoop, to origin: Origin, at addresses: [SocketAddress], security: TLSSource?, limits: ClientLimits,
        onEnd: @escaping (Outcome) -> Void
    ) {
        self.loop = loop
        self.origin = origin
        self.addresses = addresses[...]
        self.security = security
        self.limits = limits
        self.onEnd = onEnd
    }

    func begin() { tryNext(ClientError(.unreachable, "the origin has no address", maybeProcessed: false)) }

    func cancel() {
        onEnd = nil
        socket?.close()
    }

    private func tryNext(_ failure: ClientError) {
        guard let address = addresses.popFirst() else { return end(.failure(failure)) }
        do throws(ClientError) {
            let session = try session()
            do throws(SystemError) {
                let socket = try StreamSocket(on: loop, connectingTo: address, unsentBytesMax: Int.max, tls: session)
                self.socket = socket
                socket.delegate = self
            } catch { throw ClientError(connecting: error) }
            timer = loop.schedule(at: loop.now + limits.connectTime) { [unowned self] in
                hasTimedOut = true
                socket?.close()
            }
        } catch { tryNext(error) }
    }

    private func session() throws(ClientError) -> TLSSession? {
        guard origin.isSecure else { return nil }
        guard let security else { throw ClientError(.unreachable, "\(origin) wants TLS, and there is no certificate to show", maybeProcessed: false) }
        do throws(TLSError) { return try TLSSession(security.context, serverName: origin.serverName) } catch {
            throw ClientError(.unreachable, error.reason, maybeProcessed: false)
        }
    }

    private func end(_ outcome: Outcome) {
        timer?.cancel()
        let onEnd = onEnd
        self.onEnd = nil
        onEnd?(outcome)
    }

    func streamConnected() {
        guard let socket else { return }
        end(.success(socket))
    }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {}
    func streamEnded() { socket?.close() }
    func streamDrained() {}

    func streamClosed(_ end: StreamEnd) {
        timer?.cancel()
        socket = nil
        guard onEnd != nil else { return }
        switch end {
        case .reset(let error): tryNext(ClientError(connecting: error))
        case .insecure(let error): tryNext(ClientError(.insecure, error.reason, maybeProcessed: false))
        default: tryNext(ClientError(.unreachable, "no connection in time", maybeProcessed: false))
        }
    }
}
