internal import HTTPKit
internal import SIP

/// TCP: `Content-Length` tells where a message ends.
final class SIPStreamSocket: SIPSocket, StreamDelegate {
    private let socket: StreamSocket
    private var framer = SIPStreamFramer()
    private let onEvent: (SIPSocketEvent) -> Void

    /// Begins to connect. Messages that are sent before the connection stands wait for it.
    init(on loop: EventLoop, addresses: AddressPair, onEvent: @escaping (SIPSocketEvent) -> Void) throws(SystemError) {
        self.onEvent = onEvent
        socket = try StreamSocket(on: loop, connectingTo: addresses.server, unsentBytesMax: Limits.unsentBytesMax)
        socket.delegate = self
    }

    var isReliable: Bool { true }
    var local: SocketAddress? { socket.localAddress }
    func send(_ message: [UInt8]) { socket.send(message) }
    func close() { socket.close() }

    func streamConnected() {}
    func streamDrained() {}
    func streamEnded() { socket.close() }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        // Safety: lent for the call, and copied in it.
        framer.append(unsafe Array(bytes))
        do throws(SIPParseError) {
            while let event = try framer.next() {
                if case .message(let message) = event { onEvent(.message(message)) }
            }
        } catch {
            onEvent(.lost("the stream is not SIP: \(error)"))
            socket.close()
        }
    }

    func streamClosed(_ end: StreamEnd) {
        switch end {
        case .reset(let error): onEvent(.lost("\(error)"))
        case .insecure(let error): onEvent(.lost("\(error)"))
        case .closedHere, .unsentBytesExceeded, .truncated: onEvent(.lost("the server closed the connection"))
        }
    }
}
