internal import Glibc
internal import Synchronization

/// A server's share of one event loop: its listeners and its connections.
final class ServerWorker: @unchecked Sendable {
    // Safety (@unchecked): all but the two atomic counters is touched on the loop's thread only.
    let loop: EventLoop
    let router: Router
    let limits: ServerLimits
    let onServed: (@Sendable (ServedRequest) -> Void)?
    let inFlight = Atomic<Int>(0)
    let connectionCount = Atomic<Int>(0)
    private(set) var isDraining = false
    private var listeners: [StreamListener] = []
    private var connections: [ObjectIdentifier: ServerConnection] = [:]
    private var drained: [CheckedContinuation<Void, Never>] = []
    private var date = HTTPDate()

    init(loop: EventLoop, router: Router, limits: ServerLimits, onServed: (@Sendable (ServedRequest) -> Void)?) {
        self.loop = loop
        self.router = router
        self.limits = limits
        self.onServed = onServed
    }

    /// The time in a `Date` field, computed once a second.
    var dateField: [UInt8] { date.field(at: loop.now) }

    func listen(at address: SocketAddress, sharing: PortSharing) async throws(SystemError) -> SocketAddress {
        let result = await Task(executorPreference: loop) { () -> Result<SocketAddress, SystemError> in
            Result { () throws(SystemError) in try self.open(address, sharing) }
        }.value
        return try result.get()
    }

    private func open(_ address: SocketAddress, _ sharing: PortSharing) throws(SystemError) -> SocketAddress {
        // The listener holds on to us until it closes: a server that its owner has let go of still answers.
        let listener = try StreamListener(on: loop, at: address, sharing: sharing, backlogMax: limits.backlogMax) { self.accept($0) }
        listeners.append(listener)
        return listener.address
    }

    private func accept(_ descriptor: Int32) {
        guard connections.count < limits.connectionsPerLoopMax else {
            close(descriptor)
            return
        }
        guard let connection = try? ServerConnection(descriptor, worker: self) else { return }
        connections[ObjectIdentifier(connection)] = connection
        connectionCount.store(connections.count, ordering: .relaxed)
    }

    func forget(_ connection: ServerConnection) {
        connections[ObjectIdentifier(connection)] = nil
        connectionCount.store(connections.count, ordering: .relaxed)
        finishDrainingIfEmpty()
    }

    // MARK: admission

    func beginRequest() -> Bool {
        guard inFlight.load(ordering: .relaxed) < limits.inFlightPerLoopMax else { return false }
        inFlight.add(1, ordering: .relaxed)
        return true
    }

    func endRequest() { inFlight.subtract(1, ordering: .relaxed) }

    // MARK: drain

    func drain(until deadline: ContinuousClock.Instant) async {
        await Task(executorPreference: loop) {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                self.beginDraining(until: deadline, continuation)
            }
        }.value
    }

    private func beginDraining(until deadline: ContinuousClock.Instant, _ continuation: CheckedContinuation<Void, Never>) {
        isDraining = true
        drained.append(continuation)
        for listener in listeners { listener.closeAfterBacklog() }
        listeners = []
        // A client that has just connected, or thinks that its connection is kept, gets an answer that says otherwise, not a reset.
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
