internal import Base
internal import HTTPKit

/// A response on its way over a connection of its own, because the connection that its request came over is closed (RFC 3261 §18.2.2).
///
/// That clause ends with a search for other servers of the host in sent-by. It is left out: a client could have responses sent to third parties.
final class SIPLateResponse: StreamDelegate {
    private let response: [UInt8]
    private let socket: StreamSocket
    private let onEnd: (SIPLateResponse) -> Void
    private var timeout: HTTPKit.Timer?

    /// - Returns: nil where the connection cannot even be tried.
    init?(_ response: [UInt8], to address: SocketAddress, on loop: EventLoop, limits: SipCoreLimits, onEnd: @escaping (SIPLateResponse) -> Void) {
        guard let socket = try? StreamSocket(on: loop, connectingTo: address, unsentBytesMax: limits.unsentBytesMax) else { return nil }
        self.response = response
        self.socket = socket
        self.onEnd = onEnd
        socket.delegate = self
        timeout = loop.schedule(at: loop.now + limits.lateResponseTime) { [weak self] in self?.close() }
    }

    func close() { socket.close() }

    func streamConnected() {
        socket.send(response)
        if !socket.hasUnsentBytes { socket.endSending() }
    }

    func streamDrained() { socket.endSending() }

    /// Nothing that the UE sends here is looked at.
    func streamReceived(_ bytes: UnsafeRawBufferPointer) {}

    func streamEnded() { close() }

    func streamClosed(_ end: StreamEnd) {
        timeout?.cancel()
        onEnd(self)
    }
}
