import Foundation

/// A socket of 127.0.0.1 that tells when somebody calls, and never answers.
final class SilentServer {
    enum Transport { case udp, tcp }

    let port: UInt16
    private let descriptor: Int32

    init(_ transport: Transport) throws {
        let type = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        descriptor = socket(AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isOpen = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && getsockname(descriptor, address, &size) == 0
                    && (transport == .udp || listen(descriptor, 8) == 0)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isOpen else { throw ServiceProcess.Failure(reason: "no socket: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// Waits for a datagram or a connection.
    /// - Returns: whether one came within ten seconds.
    func waitForCaller() -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 10_000) == 1
    }
}
