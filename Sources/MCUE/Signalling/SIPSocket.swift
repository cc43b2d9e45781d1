internal import HTTPKit
internal import SIP

/// What brings messages to the server and back. Lives on the thread of one event loop.
protocol SIPSocket: AnyObject {
    /// Nothing sent gets lost while the connection stands: no request is sent twice.
    var isReliable: Bool { get }
    /// Where the server sees messages come from.
    var local: SocketAddress? { get }
    func send(_ message: [UInt8])
    func close()
}

enum SIPSocketEvent: Sendable {
    /// One message as bytes, not looked into yet.
    case message([UInt8])
    /// Nothing more will come.
    case lost(String)
}

final class SIPDatagramSocket: SIPSocket {
    private let socket: DatagramSocket
    private let server: SocketAddress

    init(on loop: EventLoop, addresses: AddressPair, onEvent: @escaping (SIPSocketEvent) -> Void) throws(SystemError) {
        server = addresses.server
        // Safety: the datagram is lent for the call, and copied in it.
        socket = try unsafe DatagramSocket(on: loop, at: addresses.local) { bytes, _ in onEvent(.message(unsafe Array(bytes))) }
    }

    var isReliable: Bool { false }
    var local: SocketAddress? { socket.address }
    func send(_ message: [UInt8]) { socket.send(message, to: server) }
    func close() { socket.close() }
}

final class SIPStreamSocket: SIPSocket, StreamDelegate {
    private let socket: StreamSocket
    private var framer = SIPStreamFramer()
    private let onEvent: (SIPSocketEvent) -> Void

    /// Begins to connect; what is sent before the connection stands waits for it.
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
