internal import HTTPKit

/// UDP: a datagram is a message.
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
