import Foundation

/// A TCP port of 127.0.0.1 where connections are refused, and that no other process can be given meanwhile.
///
/// A port that was closed is free: the kernel may give it to the next service that asks for any, and then somebody answers there.
final class ClosedPort: Sendable {
    let number: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let found = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                // Bound and never listening: the kernel refuses connections, and the port is taken.
                bind(descriptor, address, size) == 0 && getsockname(descriptor, address, &size) == 0
            }
        }
        number = UInt16(bigEndian: address.sin_port)
        guard found else { throw ServiceProcess.Failure(reason: "no port could be bound: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }
}
