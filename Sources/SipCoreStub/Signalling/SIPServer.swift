internal import Base
internal import Glibc
internal import HTTPKit
internal import SIP

/// The sockets for SIP, all on one event loop.
final class SIPServer: @unchecked Sendable {
    // Safety (@unchecked): everything that changes is touched on the loop's thread only; methods called from elsewhere go there first.
    let loop: EventLoop
    let limits: SipCoreLimits
    let engine: SIPEngine
    private var datagrams: [DatagramSocket] = []
    private var listeners: [StreamListener] = []
    private var connections: ConnectionTable
    private var lateResponses: [ObjectIdentifier: SIPLateResponse] = [:]
    private var sweep: HTTPKit.Timer?
    private var drained: CheckedContinuation<Void, Never>?

    init(on loop: EventLoop, engine: SIPEngine, limits: SipCoreLimits) {
        self.loop = loop
        self.engine = engine
        self.limits = limits
        connections = ConnectionTable(limits)
    }

    /// Open connections of UEs.
    var connectionCount: Int { connections.count }

    /// - Returns: the address with the port that was bound.
    func listen(at address: SIPListenAddress) async throws(SystemError) -> SIPListenAddress {
        let result = await Task(executorPreference: loop) { () -> Result<SIPListenAddress, SystemError> in
            Result { () throws(SystemError) in try self.open(address) }
        }.value
        return try result.get()
    }

    private func open(_ address: SIPListenAddress) throws(SystemError) -> SIPListenAddress {
        if sweep == nil { scheduleSweep() }
        switch address.transport {
        case .udp:
            let socket = try datagramSocket(address.address)
            datagrams.append(socket)
            return SIPListenAddress(.udp, socket.address)
        case .tcp:
            let listener = try StreamListener(on: loop, at: address.address, backlogMax: limits.backlogMax) { [unowned self] in accept($0) }
            listeners.append(listener)
            return SIPListenAddress(.tcp, listener.address)
        }
    }

    /// A UDP socket that responses leave from, too: a response must come from the port that the request went to (RFC 3581 §4).
    private func datagramSocket(_ address: SocketAddress) throws(SystemError) -> DatagramSocket {
        let path = DatagramPath()
        // Safety: the bytes are copied within the call they are lent for.
        let socket = try unsafe DatagramSocket(on: loop, at: address) { [unowned self] bytes, peer in
            guard let source = SIPEndpoint(peer) else { return }
            unsafe engine.receive(Array(bytes), from: source, reply: path)
        }
        path.socket = socket
        return socket
    }

    /// Sends messages over a socket without keeping it open.
    private final class DatagramPath: SIPReplyPath {
        weak var socket: DatagramSocket?

        var isReliable: Bool { false }

        func send(_ response: [UInt8], to endpoint: SIPEndpoint) {
            guard let address = SocketAddress(endpoint) else { return }
            socket?.send(response, to: address)
        }

        func send(request: [UInt8], to endpoint: SIPEndpoint) { send(request, to: endpoint) }

        var localEndpoint: SIPEndpoint? { socket.flatMap { SIPEndpoint($0.address) } }

        func requestBegan() {}

        func requestEnded(registeredFor time: Duration?) {}
    }

    // MARK: Connections

    private func accept(_ descriptor: Int32) {
        guard let connection = SIPConnection(descriptor, server: self) else { return }
        _ = keep(connection)
    }

    /// Opens a connection to a UE whose own one is closed.
    /// - Returns: nil where there is no room, or the connection cannot even be tried.
    func connect(to endpoint: SIPEndpoint) -> SIPConnection? {
        guard !engine.isDraining, let address = SocketAddress(endpoint),
            let connection = SIPConnection(connectingTo: address, source: endpoint, server: self)
        else { return nil }
        return keep(connection) ? connection : nil
    }

    private func keep(_ connection: SIPConnection) -> Bool {
        switch connections.room(for: connection, at: loop.now) {
        case .none:
            connection.close()
            return false
        case .insteadOf(let other): other.close()
        case .free: break
        }
        connections.insert(connection)
        return true
    }

    func forget(_ connection: SIPConnection) { connections.remove(connection) }

    /// Sends a response over a new connection (RFC 3261 §18.2.2), as long as not too many are under way.
    func sendAnew(_ response: [UInt8], to endpoint: SIPEndpoint) {
        guard !engine.isDraining, lateResponses.count < limits.lateResponsesMax, let address = SocketAddress(endpoint) else { return }
        let late = SIPLateResponse(response, to: address, on: loop, limits: limits) { [unowned self] in lateResponses[ObjectIdentifier($0)] = nil }
        if let late { lateResponses[ObjectIdentifier(late)] = late }
    }

    private func scheduleSweep() {
        sweep = loop.schedule(at: loop.now + limits.connectionSweepTime) { [weak self] in
            guard let self, drained == nil else { return }
            for connection in connections.all { connection.closeIfOverdue(at: loop.now) }
            engine.sweep()
            scheduleSweep()
        }
    }

    // MARK: Draining

    /// Refuses new requests, waits until those in flight are answered, then closes all sockets.
    /// - Parameter time: how long to wait before the sockets are closed anyway.
    func drain(within time: Duration) async {
        await Task(executorPreference: loop) {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in self.beginDraining(time, continuation) }
        }.value
    }

    private func beginDraining(_ time: Duration, _ continuation: CheckedContinuation<Void, Never>) {
        for listener in listeners { listener.close() }
        listeners = []
        sweep?.cancel()
        drained = continuation
        engine.isDraining = true
        engine.onIdle = { [unowned self] in closeAll() }
        loop.schedule(at: loop.now + time) { [weak self] in self?.closeAll() }
        if engine.requestsInFlight == 0 { closeAll() }
    }

    private func closeAll() {
        guard let continuation = drained else { return }
        drained = nil
        for socket in datagrams { socket.close() }
        datagrams = []
        for connection in connections.all { connection.close() }
        for late in Array(lateResponses.values) { late.close() }
        continuation.resume()
    }
}
