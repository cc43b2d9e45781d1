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
    private var drained: CheckedContinuation<Void, Never>?
    private var date = HTTPDate()

    init(loop: EventLoop, router: Router, limits: ServerLimits, onServed: (@Sendable (ServedRequest) -> Void)?) {
        self.loop = loop
        self.router = router
        self.limits = limits
        self.onServed = onServed
    }

    /// The time in a `Date` field, computed once a second.
    var dateField: [UInt8] { date.field(at: loop.now) }

    func listen(at address: SocketAddress) async throws(SystemError) -> SocketAddress {
        let result = await Task(executorPreference: loop) { () -> Result<SocketAddress, SystemError> in
            Result { () throws(SystemError) in try self.open(address) }
        }.value
        return try result.get()
    }

    private func open(_ address: SocketAddress) throws(SystemError) -> SocketAddress {
        let listener = try StreamListener(on: loop, at: address, backlogMax: limits.backlogMax) { [unowned self] in accept($0) }
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
        drained = continuation
        for listener in listeners { listener.close() }
        listeners = []
        for connection in connections.values { connection.drain() }
        loop.schedule(at: deadline) { [weak self] in
            guard let self else { return }
            for connection in connections.values { connection.close() }
            finishDrainingIfEmpty()
        }
        finishDrainingIfEmpty()
    }

    private func finishDrainingIfEmpty() {
        guard isDraining, connections.isEmpty, let continuation = drained else { return }
        drained = nil
        continuation.resume()
    }
}
