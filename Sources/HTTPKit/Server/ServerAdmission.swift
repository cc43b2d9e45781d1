internal import Base
internal import Synchronization

/// How many connections are open on all loops together, in all and of each client.
final class ServerAdmission: Sendable {
    /// Whose connections are counted together.
    enum Client: Hashable {
        /// The bytes of an IPv4 or IPv6 address; zeros for a local socket.
        case address(UInt64, UInt64)
        /// The first name of a verified certificate.
        case certificate(String)

        init(_ address: SocketAddress?) {
            let (high, low) = address?.hostBytes ?? (0, 0)
            self = .address(high, low)
        }
    }

    private struct Counts {
        var all = 0
        var ofClient: [Client: Int] = [:]
    }

    private let limits: ServerLimits
    private let counts = Guarded(Counts())
    private let refused = Atomic<Int>(0)

    init(limits: ServerLimits) { self.limits = limits }

    /// Connections that were closed as they came.
    var refusedCount: Int { refused.load(ordering: .relaxed) }

    func open(_ client: Client) -> Bool {
        let isWelcome = counts.withLock { counts in
            guard counts.all < limits.connectionsMax, counts.ofClient[client, default: 0] < max(of: client) else { return false }
            counts.all += 1
            counts.ofClient[client, default: 0] += 1
            return true
        }
        if !isWelcome { refused.add(1, ordering: .relaxed) }
        return isWelcome
    }

    func close(_ client: Client) {
        counts.withLock { counts in
            counts.all -= 1
            forget(client, &counts)
        }
    }

    /// The handshake has told who an address is: the certificate counts from now on.
    func identify(_ address: Client, as certificate: Client) -> Bool {
        let isWelcome = counts.withLock { counts in
            guard counts.ofClient[certificate, default: 0] < max(of: certificate) else { return false }
            forget(address, &counts)
            counts.ofClient[certificate, default: 0] += 1
            return true
        }
        if !isWelcome { refused.add(1, ordering: .relaxed) }
        return isWelcome
    }

    private func forget(_ client: Client, _ counts: inout Counts) {
        guard let count = counts.ofClient[client] else { return }
        counts.ofClient[client] = count > 1 ? count - 1 : nil
    }

    private func max(of client: Client) -> Int {
        switch client {
        case .address: limits.connectionsPerAddressMax
        case .certificate: limits.connectionsPerCertificateMax
        }
    }
}
