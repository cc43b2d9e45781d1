internal import Base
internal import HTTPKit
internal import SIP

/// One TCP connection of a UE.
final class SIPConnection: StreamDelegate {
    private let socket: StreamSocket
    private let source: SIPEndpoint
    private unowned let server: SIPServer
    private var framer = SIPStreamFramer()
    /// The time of the last whole message or ping.
    private var lastMessage: Instant
    /// The time of the first byte of a message that is not whole yet.
    private var messageBegan: Instant?
    /// Nothing more is read, and responses are still sent.
    private var isEnding = false

    /// Takes over the descriptor.
    /// - Returns: nil, and the descriptor is closed, when the connection is gone already.
    init?(_ descriptor: Int32, server: SIPServer) {
        guard let socket = try? StreamSocket(on: server.loop, accepted: descriptor, unsentBytesMax: server.limits.unsentBytesMax) else { return nil }
        guard let peer = socket.peerAddress, let source = SIPEndpoint(peer) else {
            socket.close()
            return nil
        }
        self.socket = socket
        self.source = source
        self.server = server
        lastMessage = server.loop.now
        socket.delegate = self
    }

    func close() { socket.close() }

    func closeIfOverdue(at now: Instant) {
        let limits = server.limits
        let isSlow = messageBegan.map { now - $0 > limits.messageTime } ?? false
        if isSlow || now - lastMessage > (isEnding ? limits.messageTime : limits.connectionIdleTime) { close() }
    }

    func streamConnected() {}

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        guard !isEnding else { return }
        // Safety: the bytes are copied within the call they are lent for.
        unsafe framer.append(bytes)
        do throws(SIPParseError) {
            while !isEnding, !socket.isClosed, let event = try framer.next() { take(event) }
            messageBegan = framer.pendingBytes == 0 ? nil : messageBegan ?? server.loop.now
        } catch {
            server.engine.refuse(error, from: source, reply: sender)
            end()
        }
    }

    private func take(_ event: SIPStreamFramer.Event) {
        lastMessage = server.loop.now
        messageBegan = nil
        switch event {
        case .message(let bytes): server.engine.receive(bytes, from: source, reply: sender)
        // RFC 5626 §4.4.1.
        case .ping: socket.send(Array("\r\n".utf8))
        }
    }

    /// Sends a response over this connection, whatever address the Via has (RFC 3261 §18.2.2).
    private var sender: SIPEngine.Reply { { [weak self] bytes, _ in self?.socket.send(bytes) } }

    /// Ends the sending side only: closing the socket with bytes unread would reset the connection, and the answer would be lost.
    private func end() {
        isEnding = true
        messageBegan = nil
        lastMessage = server.loop.now
        if !socket.hasUnsentBytes { socket.endSending() }
    }

    /// The peer sends nothing more. Its requests are still answered, within the time that a message may take.
    func streamEnded() {
        guard server.engine.registersInFlight > 0 || socket.hasUnsentBytes, !isEnding else { return close() }
        isEnding = true
        messageBegan = nil
        lastMessage = server.loop.now
    }

    func streamDrained() {
        if isEnding { socket.endSending() }
    }

    func streamClosed(_ end: StreamEnd) { server.forget(self) }
}
