internal import Base
internal import HTTPKit
internal import SIP

/// One TCP connection of a UE, or to a UE whose own connection is closed.
final class SIPConnection: StreamDelegate, SIPReplyPath {
    /// How much would be lost if an idle connection were closed. The least useful one compares as the smallest.
    struct Use: Comparable {
        enum Stage: Comparable {
            case ending, silent, speaking
        }

        let stage: Stage
        let lastMessage: Instant

        static func < (left: Use, right: Use) -> Bool { (left.stage, left.lastMessage) < (right.stage, right.lastMessage) }
    }

    /// The address of the peer, for the bound of connections from one address.
    let address: SourceAddress
    private let socket: StreamSocket
    private let source: SIPEndpoint
    private unowned let server: SIPServer
    private var framer = SIPStreamFramer()
    /// The time of the last whole message or ping.
    private var lastMessage: Instant
    private var hasSpoken = false
    /// The time of the first byte of a message that is not whole yet.
    private var messageBegan: Instant?
    private var requestsUnderWay = 0
    /// When the last registration over this connection ends, or has ended. Before the first one, the time when the connection was accepted.
    private var registeredUntil: Instant
    private var ownMark = ContactMark()
    /// Nothing more is read, and responses are still sent.
    private var isEnding = false
    private var peerHasEnded = false
    /// Whether the connection broke, so that responses go over new connections.
    private var isBroken = false
    /// Responses of which nobody knows whether they have arrived: the peer had sent its end before. It may have gone, or be reading still.
    private var unconfirmed: [(response: [UInt8], endpoint: SIPEndpoint)] = []
    /// The connection for further requests to the UE, after this one was closed.
    private var successor: SIPConnection?

    /// Takes over the descriptor.
    /// - Returns: nil, and the descriptor is closed, when the connection is gone already.
    convenience init?(_ descriptor: Int32, server: SIPServer) {
        guard let socket = try? StreamSocket(on: server.loop, accepted: descriptor, unsentBytesMax: server.limits.unsentBytesMax) else { return nil }
        guard let peer = socket.peerAddress, let source = SIPEndpoint(peer) else {
            socket.close()
            return nil
        }
        self.init(socket, source: source, server: server)
    }

    /// Begins to connect.
    /// - Parameter source: the address, as if a message had come from there.
    /// - Returns: nil where the connection cannot even be tried.
    convenience init?(connectingTo address: SocketAddress, source: SIPEndpoint, server: SIPServer) {
        guard let socket = try? StreamSocket(on: server.loop, connectingTo: address, unsentBytesMax: server.limits.unsentBytesMax) else { return nil }
        self.init(socket, source: source, server: server)
    }

    private init(_ socket: StreamSocket, source: SIPEndpoint, server: SIPServer) {
        self.socket = socket
        self.source = source
        self.server = server
        address = SourceAddress(source.host)
        localEndpoint = socket.localAddress.flatMap { SIPEndpoint($0) }
        lastMessage = server.loop.now
        registeredUntil = server.loop.now
        socket.delegate = self
    }

    func close() { socket.close() }

    /// The use of this connection; nil where it must not be closed for another: it has a registered user, or something to do.
    func use(at now: Instant) -> Use? {
        noteDeregistrations(at: now)
        guard registeredUntil <= now, requestsUnderWay == 0, !socket.hasUnsentBytes else { return nil }
        return Use(stage: isEnding ? .ending : hasSpoken ? .speaking : .silent, lastMessage: lastMessage)
    }

    func closeIfOverdue(at now: Instant) {
        noteDeregistrations(at: now)
        let limits = server.limits
        let isSlow = messageBegan.map { now - $0 > limits.messageTime } ?? false
        if isSlow || now - lastMessage > (isEnding ? limits.messageTime : limits.connectionIdleTime) { return close() }
        guard !isEnding, now - registeredUntil > limits.unregisteredConnectionTime else { return }
        if requestsUnderWay > 0 { end() } else { close() }
    }

    /// Notices that no contact of this connection is registered any more, although the time once granted goes on.
    private func noteDeregistrations(at now: Instant) {
        guard registeredUntil > now, requestsUnderWay == 0, isKnownUniquelyReferenced(&ownMark) else { return }
        registeredUntil = now
    }

    // MARK: Requests

    func streamConnected() {}

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        guard !isEnding else { return }
        // Safety: the bytes are copied within the call they are lent for.
        unsafe framer.append(bytes)
        do throws(SIPParseError) {
            while !isEnding, !socket.isClosed, let event = try framer.next() { take(event) }
            messageBegan = framer.pendingBytes == 0 ? nil : messageBegan ?? server.loop.now
        } catch {
            server.engine.refuse(error, from: source, reply: self)
            end()
        }
    }

    private func take(_ event: SIPStreamFramer.Event) {
        lastMessage = server.loop.now
        messageBegan = nil
        switch event {
        case .message(let bytes):
            hasSpoken = true
            server.engine.receive(bytes, from: source, reply: self)
        // RFC 5626 §4.4.1.
        case .ping: socket.send(Array("\r\n".utf8))
        }
    }

    // MARK: Responses, and requests to the UE

    let localEndpoint: SIPEndpoint?

    var isReliable: Bool { true }

    var mark: ContactMark? { ownMark }

    /// Sends a request over this connection. Where it is closed, the request goes over a new one, which takes the response as well.
    func send(request: [UInt8], to endpoint: SIPEndpoint) {
        guard socket.isClosed else { return socket.send(request) }
        if successor?.socket.isClosed ?? true { successor = server.connect(to: endpoint) }
        successor?.socket.send(request)
    }

    /// Sends a response over this connection, whatever address the Via has. Where the connection is broken, the response goes over a new one
    /// (RFC 3261 §18.2.2).
    func send(_ response: [UInt8], to endpoint: SIPEndpoint) {
        guard !socket.isClosed else {
            if isBroken { server.sendAnew(response, to: endpoint) }
            return
        }
        unconfirmed.append((response, endpoint))
        socket.send(response)
        if !peerHasEnded { unconfirmed = [] }
    }

    func requestBegan() { requestsUnderWay += 1 }

    func requestEnded(registeredFor time: Duration?) {
        requestsUnderWay -= 1
        if let time { registeredUntil = max(registeredUntil, server.loop.now + time) }
        endWhenAnswered()
    }

    func streamDrained() { endWhenAnswered() }

    // MARK: The end

    /// Reads nothing more, and ends when what came before is answered.
    private func end() {
        isEnding = true
        messageBegan = nil
        lastMessage = server.loop.now
        endWhenAnswered()
    }

    /// Ends the sending side only: closing the socket with bytes unread would reset the connection, and the answer would be lost.
    private func endWhenAnswered() {
        guard isEnding, requestsUnderWay == 0, !socket.hasUnsentBytes, !socket.isClosed else { return }
        guard peerHasEnded else { return socket.endSending() }
        // A peer that has gone altogether resets the connection when the response reaches it.
        server.loop.schedule(at: server.loop.now + server.limits.lingerTime) { [weak self] in self?.close() }
    }

    /// The peer sends nothing more. Its requests are still answered.
    func streamEnded() {
        guard requestsUnderWay > 0 || socket.hasUnsentBytes else { return close() }
        peerHasEnded = true
        end()
    }

    func streamClosed(_ end: StreamEnd) {
        server.forget(self)
        // A subscription may hold the connection for longer.
        framer = SIPStreamFramer()
        guard case .reset(let error) = end, error.number != 0 else { return }
        isBroken = true
        let lost = unconfirmed
        unconfirmed = []
        for (response, endpoint) in lost { server.sendAnew(response, to: endpoint) }
    }
}
