internal import Base
internal import Synchronization

/// Serves one router on any number of addresses, on every loop of a group.
package final class Server: Sendable {
    private let workers: [ServerWorker]
    private let admission: ServerAdmission
    package let memory: ServerMemory

    /// - Parameters:
    ///   - security: TLS, with certificates on both sides; without it, plain HTTP is served.
    ///   - memory: shared by all servers of the process; one of its own where it is nil.
    ///   - onServed: called on the loop after each answer is written.
    package init(
        on group: EventLoopGroup, router: Router, limits: ServerLimits = ServerLimits(), security: ServerSecurity? = nil,
        memory: ServerMemory? = nil, onServed: (@Sendable (ServedRequest) -> Void)? = nil
    ) {
        let admission = ServerAdmission(limits: limits)
        let memory = memory ?? ServerMemory(bytesMax: limits.heldBytesMax)
        self.memory = memory
        self.admission = admission
        workers = group.loops.map {
            ServerWorker(loop: $0, router: router, limits: limits, admission: admission, memory: memory, security: security, onServed: onServed)
        }
        for worker in workers { memory.join(worker) }
    }

    /// Begins to accept connections on every loop; those of a Unix socket on the first loop only.
    /// - Returns: the address, with the port that was chosen where port 0 was asked for.
    package func listen(at address: SocketAddress) async throws(SystemError) -> SocketAddress {
        guard let first = workers.first else { return address }
        if workers.count == 1 || address.isUnix { return try await first.listen(at: address, sharing: .alone) }
        let bound = try await first.listen(at: address, sharing: .first)
        for worker in workers.dropFirst() { _ = try await worker.listen(at: bound, sharing: .joining) }
        return bound
    }

    /// Requests being handled now, on all loops.
    package var inFlight: Int { workers.reduce(0) { $0 + $1.inFlight.load(ordering: .relaxed) } }
    /// Connections that were closed as they came because there were too many.
    package var refusedConnectionCount: Int { admission.refusedCount }
    /// Useless HTTP/2 frames, counted when their connection ends.
    package var glitchCount: Int { workers.reduce(0) { $0 + $1.glitchCount.load(ordering: .relaxed) } }
    package var connectionCount: Int { workers.reduce(0) { $0 + $1.connectionCount.load(ordering: .relaxed) } }

    /// Stops accepting, lets the requests in flight finish, and closes every connection: idle ones soon, the rest after their answer.
    /// - Parameter time: connections that are still open afterwards are closed at once.
    package func drain(within time: Duration) async {
        let deadline = Instant.now + time
        await withTaskGroup { group in
            for worker in workers { group.addTask { await worker.drain(until: deadline) } }
        }
    }
}
