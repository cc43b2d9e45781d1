internal import Base
internal import CLinux
internal import Glibc

/// Accepts connections to one address on one loop.
package final class StreamListener: Pollable {
    package let address: SocketAddress
    private let loop: EventLoop
    private let descriptor: Int32
    private let onConnection: (Int32) -> Void
    private var isOpen = true

    /// - Parameter onConnection: takes over the descriptor of each connection, on the loop's thread.
    package init(
        on loop: EventLoop, at address: SocketAddress, sharing: PortSharing = .alone, backlogMax: Int32,
        onConnection: @escaping (Int32) -> Void
    ) throws(SystemError) {
        descriptor = try Sockets.bound(address, type: Sockets.stream, sharing: sharing)
        self.loop = loop
        self.onConnection = onConnection
        self.address = Sockets.localAddress(descriptor) ?? address
        do throws(SystemError) {
            guard listen(descriptor, backlogMax) == 0 else { throw SystemError("listen \(address)") }
            try loop.register(descriptor, events: EPOLLIN.rawValue, owner: self)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    package func close() {
        guard isOpen else { return }
        isOpen = false
        // Removed before the descriptor is closed: afterwards another process could take the path for dead and put its own socket there.
        if address.isUnix { unlink(address.host) }
        loop.remove(descriptor)
    }

    /// Accepts the connections that the kernel has established already, and then closes.
    func closeAfterBacklog() {
        accept(countMax: LoopLimits.acceptsBeforeCloseMax)
        close()
    }

    func ready(_ readiness: Readiness) { accept(countMax: LoopLimits.acceptsPerTurnMax) }

    private func accept(countMax: Int) {
        for _ in 0..<countMax where isOpen {
            let connection = loop.calls.accept(descriptor)
            if connection >= 0 {
                onConnection(connection)
                continue
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return pause()
            default: return
            }
        }
    }

    /// Pauses because the process has no descriptor left. Connections wait in the backlog meanwhile.
    private func pause() {
        try? loop.modify(descriptor, events: 0)
        loop.schedule(at: loop.now + LoopLimits.acceptPause) { [weak self] in
            guard let self, isOpen else { return }
            try? loop.modify(descriptor, events: EPOLLIN.rawValue)
        }
    }
}
