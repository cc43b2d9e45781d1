internal import Base
internal import Glibc
internal import Synchronization

/// A server's share of one event loop: its listeners and its connections.
final class ServerWorker: @unchecked Sendable {
    // Safety (@unchecked): everything but the atomic counters is touched on the loop's thread only.
    let loop: EventLoop
    let router: Router
    let sharedLimits: SharedLimits
    let admission: ServerAdmission
    let memory: ServerMemory
    let security: ServerSecurity?
    let onServed: (@Sendable (ServedRequest) -> Void)?
    let inFlight = Atomic<Int>(0)
    let connectionCount = Atomic<Int>(0)
    let glitchCount = Atomic<Int>(0)
    private(set) var isDraining = false
    private var listeners: [StreamListener] = []
    private var connections: [ObjectIdentifier: any ServerConnection] = [:]
    private var drained: [CheckedContinuation<Void, Never>] = []
    let http2Memory = HTTP2SharedMemory()
    private var date = HTTPDate()
    private var spareOutput: [UInt8] = []

    init(
        loop: EventLoop, router: Router, limits: ServerLimits, admission: ServerAdmission, memory: ServerMemory, security: ServerSecurity?,
        onServed: (@Sendable (ServedRequest) -> Void)?
    ) {
        self.loop = loop
        self.router = router
        sharedLimits = SharedLimits(limits)
        self.admission = admission
        self.memory = memory
        self.security = security
        self.onServed = onServed
    }

    var limits: ServerLimits { @inline(__always) get { sharedLimits.values } }

    /// The time in a `Date` field, computed once a second.
    var dateField: [UInt8] { date.field(at: loop.now) }

    /// An empty buffer for the answers of this turn. One is kept for all connections, so that an idle connection has none.
    func takeOutput() -> [UInt8] {
        let output = spareOutput
        spareOutput = []
        return output
    }

    func giveBack(_ output: consuming [UInt8]) {
        guard output.capacity <= limits.keptBufferBytesMax else { return }
        output.removeAll(keepingCapacity: true)
        spareOutput = output
    }

    /// Reports an answer to `onServed`.
    func served(_ method: Method?, _ route: String, _ status: Status, began: Instant) {
        guard let onServed else { return }
        onServed(ServedRequest(method: method, route: route, status: status, duration: .now - began))
    }

    func listen(at address: SocketAddress, sharing: PortSharing) async throws(SystemError) -> SocketAddress {
        let result = await Task(executorPreference: loop) { () -> Result<SocketAddress, SystemError> in
            Result { () throws(SystemError) in try self.open(address, sharing) }
        }.value
        return try result.get()
    }

    private func open(_ address: SocketAddress, _ sharing: PortSharing) throws(SystemError) -> SocketAddress {
        // The listener holds the worker until it closes, so a server goes on even if its owner has dropped it.
        let listener = try StreamListener(on: loop, at: address, sharing: sharing, backlogMax: limits.backlogMax) { self.accept($0) }
        listeners.append(listener)
        return listener.address
    }

    private func accept(_ descriptor: Int32) {
        let client = ServerAdmission.Client(Sockets.peerAddress(descriptor))
        guard admission.open(client) else {
            close(descriptor)
            return
        }
        let session: TLSSession?
        do throws(TLSError) { session = try security.map { (security) throws(TLSError) in try TLSSession(security.source.context) } } catch {
            close(descriptor)
            return admission.close(client)
        }
        do {
            let socket = try StreamSocket(on: loop, accepted: descriptor, unsentBytesMax: limits.unsentBytesMax, tls: session)
            if let security, let session {
                let address = peer(of: socket).address
                session.refusal = { security.refusal(Peer(address: address, names: $0)) }
            }
            let connection: any ServerConnection & StreamDelegate =
                session == nil
                ? HTTP1ServerConnection(socket, worker: self, peer: peer(of: socket), client: client)
                : ServerHandshake(socket, worker: self, client: client)
            add(connection)
        } catch {
            admission.close(client)
        }
    }

    func add(_ connection: any ServerConnection) {
        connections[ObjectIdentifier(connection)] = connection
        connectionCount.store(connections.count, ordering: .relaxed)
        if isDraining { connection.beginDraining() }
    }

    /// Puts another object in a connection's place, once its version of HTTP is known.
    func replace(_ connection: any ServerConnection, by next: any ServerConnection) {
        connections[ObjectIdentifier(connection)] = nil
        add(next)
    }

    func peer(of socket: StreamSocket) -> Peer {
        Peer(address: socket.peerAddress.map { $0.isUnix ? "unix" : $0.description } ?? "", names: socket.peerNames)
    }

    func forget(_ connection: any ServerConnection, _ client: ServerAdmission.Client) {
        connections[ObjectIdentifier(connection)] = nil
        connectionCount.store(connections.count, ordering: .relaxed)
        admission.close(client)
        finishDrainingIfEmpty()
    }

    func count(glitches: Int) { if glitches > 0 { glitchCount.add(glitches, ordering: .relaxed) } }

    // MARK: admission

    func beginRequest() -> Bool {
        guard inFlight.load(ordering: .relaxed) < limits.inFlightPerLoopMax else { return false }
        inFlight.add(1, ordering: .relaxed)
        return true
    }

    func endRequest() { inFlight.subtract(1, ordering: .relaxed) }

    /// The answer to a request, or the work that makes it and after which `endRequest` has to be called.
    enum Outcome {
        case now(Response, route: String)
        case later(@Sendable () async -> Response, route: String)
    }

    func begin(_ request: Request) -> Outcome {
        if let refusal = request.contentRefusal { return .now(response(to: refusal), route: "") }
        guard beginRequest() else { return .now(response(to: ServerWorker.busy), route: "") }
        let (reply, pattern) = router.reply(to: request)
        switch reply {
        case .now(let response):
            endRequest()
            return .now(response, route: pattern)
        case .later(let work): return .later(work, route: pattern)
        }
    }

    static let full = Refusal(.serviceUnavailable, "too much is being held for this peer", as: .overload)

    /// Notes what a connection holds now.
    /// - Parameter noted: what was noted of it before.
    /// - Returns: whether it is to refuse that.
    @inline(__always) func mustRefuse(_ held: Int, of client: ServerAdmission.Client, _ noted: inout Int) -> Bool {
        let counted = ServerWorker.counted(held)
        return counted != noted && mustRefuseChange(to: counted, of: client, &noted)
    }

    @inline(never) private func mustRefuseChange(to counted: Int, of client: ServerAdmission.Client, _ noted: inout Int) -> Bool {
        let delta = counted - noted
        noted = counted
        switch memory.change(client, by: delta) {
        case .fits: return false
        case .refuse: return true
        case .refuseOther(let other):
            memory.refuseGreediest(of: other)
            return false
        case .refuseBoth(let other):
            memory.refuseGreediest(of: other)
            return true
        case .returnMemory:
            memory.returnSoon()
            return false
        }
    }

    /// Whole steps, rounded up; nothing where it is less than one.
    @inline(__always) private static func counted(_ held: Int) -> Int {
        let step = ServerLimits.heldBytesStep
        return held < step ? 0 : (held + step - 1) & ~(step - 1)
    }

    /// Whether a connection may hold so much more. What it holds then is noted at once, because many answers can come in one turn.
    func mayHold(_ more: Int, beside held: Int, of client: ServerAdmission.Client, _ noted: inout Int) -> Bool {
        let delta = ServerWorker.counted(held + more) - noted
        guard delta > 0 else { return true }
        switch memory.reserve(client, delta) {
        case .refuse: return false
        case .refuseBoth(let other):
            memory.refuseGreediest(of: other)
            return false
        case .refuseOther(let other):
            memory.refuseGreediest(of: other)
        case .fits, .returnMemory: break
        }
        noted += delta
        return true
    }

    func refuseGreediest(of client: ServerAdmission.Client) {
        let theirs = connections.values.filter { $0.client == client && $0.heldBytes >= ServerLimits.heldBytesStep }
        theirs.max { $0.heldBytes < $1.heldBytes }?.refuseHeld()
    }

    private static let busy = Refusal(.serviceUnavailable, "too many requests are being handled", as: .overload)

    /// The answer to a request that is refused.
    func response(to refusal: Refusal) -> Response { router.describe(refusal).response }

    // MARK: drain

    func drain(until deadline: Instant) async {
        await Task(executorPreference: loop) {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                self.beginDraining(until: deadline, continuation)
            }
        }.value
    }

    private func beginDraining(until deadline: Instant, _ continuation: CheckedContinuation<Void, Never>) {
        isDraining = true
        drained.append(continuation)
        for listener in listeners { listener.closeAfterBacklog() }
        listeners = []
        for connection in connections.values { connection.beginDraining() }
        // A client that has just connected or uses its kept connection gets an answer with `Connection: close` instead of a reset.
        loop.schedule(at: min(deadline, loop.now + limits.drainIdleTime)) { [weak self] in
            guard let self else { return }
            for connection in connections.values { connection.closeIfIdle() }
        }
        loop.schedule(at: deadline) { [weak self] in
            guard let self else { return }
            for connection in connections.values { connection.close() }
        }
        finishDrainingIfEmpty()
    }

    private func finishDrainingIfEmpty() {
        guard isDraining, connections.isEmpty else { return }
        let waiting = drained
        drained = []
        for continuation in waiting { continuation.resume() }
    }
}
