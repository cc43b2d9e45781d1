internal import Base
internal import HTTPKit
internal import SIP

/// One TCP connection of a UE.
final class SIPConnection: StreamDelegate {
    private let socket: StreamSocket
    private let source: SIPEndpoint
    private unowned let server: SIPServer
    private var framer = SIPStreamFramer()
    /// When the last whole message or ping came.
    private var lastMessage: Instant
    /// When the message that is not whole yet began.
    private var messageBegan: Instant?
    /// Nothing is read any more; what is to be sent still goes out.
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

    /// Responses go back over this connection, wherever the Via points (RFC 3261 §18.2.2).
    private var sender: SIPEngine.Reply { { [weak self] bytes, _ in self?.socket.send(bytes) } }

    /// A close with bytes unread would reset the connection and take the answer with it: so only our side ends now.
    private func end() {
        isEnding = true
        messageBegan = nil
        lastMessage = server.loop.now
        if !socket.hasUnsentBytes { socket.endSending() }
    }

    /// The peer ends its side; what it has asked is still answered, within the time of a message.
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
