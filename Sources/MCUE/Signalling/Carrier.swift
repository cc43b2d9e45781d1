internal import HTTPKit
internal import SIP

/// What brings messages to the server and back. Lives on the thread of one event loop.
protocol Carrier: AnyObject {
    /// Nothing sent gets lost while the connection stands: no request is sent twice.
    var isReliable: Bool { get }
    /// Where the server sees messages come from.
    var local: SocketAddress? { get }
    func send(_ message: [UInt8])
    func close()
}

enum CarrierEvent: Sendable {
    /// One message as bytes, not looked into yet.
    case message([UInt8])
    /// Nothing more will come.
    case lost(String)
}

final class DatagramCarrier: Carrier {
    private let socket: DatagramSocket
    private let server: SocketAddress

    init(on loop: EventLoop, route: Route, onEvent: @escaping (CarrierEvent) -> Void) throws(SystemError) {
        server = route.server
        // Safety: the datagram is lent for the call, and copied in it.
        socket = try unsafe DatagramSocket(on: loop, at: route.local) { bytes, _ in onEvent(.message(unsafe Array(bytes))) }
    }

    var isReliable: Bool { false }
    var local: SocketAddress? { socket.address }
    func send(_ message: [UInt8]) { socket.send(message, to: server) }
    func close() { socket.close() }
}

final class StreamCarrier: Carrier, StreamDelegate {
    private let socket: StreamSocket
    private var framer = SIPStreamFramer()
    private let onEvent: (CarrierEvent) -> Void

    /// Begins to connect; what is sent before the connection stands waits for it.
    init(on loop: EventLoop, route: Route, onEvent: @escaping (CarrierEvent) -> Void) throws(SystemError) {
        self.onEvent = onEvent
        socket = try StreamSocket(on: loop, connectingTo: route.server, unsentBytesMax: Limits.unsentBytesMax)
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
