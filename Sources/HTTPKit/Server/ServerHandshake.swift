internal import Base

/// A connection in its TLS handshake. It becomes a connection of HTTP/1.1 or HTTP/2, or is closed.
final class ServerHandshake: ServerConnection, StreamDelegate {
    private let socket: StreamSocket
    private let worker: ServerWorker
    let client: ServerAdmission.Client
    /// The peer's address, asked at the start because a closed socket cannot tell it.
    private let address: String
    private var timer: Timer?

    init(_ socket: StreamSocket, worker: ServerWorker, client: ServerAdmission.Client) {
        self.socket = socket
        self.worker = worker
        self.client = client
        address = worker.peer(of: socket).address
        socket.delegate = self
        timer = worker.loop.schedule(at: worker.loop.now + worker.limits.handshakeTime) { [unowned self] in
            refuse(TLSError(.protocolViolation, "the handshake took too long"))
        }
    }

    let heldBytes = 0
    func refuseHeld() {}
    func close() { socket.close() }
    func beginDraining() {}
    func closeIfIdle() {}

    func streamConnected() {
        timer?.cancel()
        let peer = worker.peer(of: socket)
        // The handshake has asked this before, but the answer counts only now that the whole chain is verified.
        if let reason = worker.security?.refusal(peer) { return refuse(TLSError(.peerRefused, reason)) }
        let certificate = ServerAdmission.Client.certificate(peer.names.first ?? "")
        guard worker.admission.identify(client, as: certificate) else {
            return refuse(TLSError(.peerRefused, "there are too many connections with this certificate"))
        }
        let next: any ServerConnection =
            socket.hasAgreed(on: ALPN.http2)
            ? HTTP2ServerConnection(socket, worker: worker, peer: peer, client: certificate)
            : HTTP1ServerConnection(socket, worker: worker, peer: peer, client: certificate)
        worker.replace(self, by: next)
    }

    private func refuse(_ error: TLSError) {
        tell(error)
        socket.close()
    }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {}
    func streamEnded() { socket.close() }
    func streamDrained() {}

    func streamClosed(_ end: StreamEnd) {
        timer?.cancel()
        if case .insecure(let error) = end { tell(error) }
        worker.forget(self, client)
    }

    private func tell(_ error: TLSError) { worker.security?.onRefused(Peer(address: address, names: socket.peerNames), error) }
}
