internal import Base
internal import Glibc
internal import HTTPKit

/// Claims the addresses that a service listens at: an address where somebody answers already is refused.
struct AddressClaim: Sendable {
    let client: HTTPClient

    /// Opens a listener where nobody else has one.
    ///
    /// - Parameter flag: the setting that the address came from.
    /// - Returns: the address with the port that was bound.
    func listen(_ server: Server, at address: SocketAddress, flag: String) async throws(ConfigurationError) -> SocketAddress {
        try await claim(address, flag)
        // A socket file is made with these bits off: 0660, for its owner and group.
        let mask = address.isLocalSocket ? umask(0o117) : nil
        defer { if let mask { umask(mask) } }
        do throws(SystemError) { return try await server.listen(at: address) } catch { throw ConfigurationError(flag, error.description) }
    }

    /// Removes the file of a Unix socket that was opened here.
    func release(_ address: SocketAddress) {
        if address.isLocalSocket { unlink(address.host) }
    }

    /// Asks whether somebody answers at the address.
    ///
    /// The kernel would not tell: the loops of one process share a port (SO_REUSEPORT), so a second process of the same user could share it, too;
    /// and the file of a Unix socket outlives its process.
    private func claim(_ address: SocketAddress, _ flag: String) async throws(ConfigurationError) {
        if address.isLocalSocket {
            var status = stat()
            guard lstat(address.host, &status) == 0 else { return }
            guard status.st_mode & S_IFMT == S_IFSOCK else { throw ConfigurationError(flag, "\(address.host) is there and is not a socket") }
        } else if address.port == 0 {
            return
        }
        guard await isFree(address) else { throw ConfigurationError(flag, "\(address) is in use: somebody answers there") }
        release(address)
    }

    private func isFree(_ address: SocketAddress) async -> Bool {
        do throws(ClientError) {
            _ = try await client.send(ClientRequest(.get, "/livez"), to: Origin(address), deadline: .now + ServiceLimits.probeTime)
            return false
        } catch { return error.code == .connectionRefused }
    }
}
