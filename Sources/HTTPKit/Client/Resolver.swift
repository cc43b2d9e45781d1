internal import Base
internal import CLinux
internal import Glibc

/// Turns host names into addresses. Each look-up has a thread of its own, because the system's resolver blocks.
enum Resolver {
    /// - Returns: the addresses in the system's order of preference; empty where the name is not known.
    static func resolve(_ name: String, port: UInt16) async -> [SocketAddress] {
        await withCheckedContinuation { continuation in
            let lookup = Lookup(name: name, port: port, continuation: continuation)
            do throws(SystemThread.Refusal) { try SystemThread { lookup.run() }.detach() } catch { continuation.resume(returning: []) }
        }
    }

    private final class Lookup: Sendable {
        private let name: String
        private let port: UInt16
        private let continuation: CheckedContinuation<[SocketAddress], Never>

        init(name: String, port: UInt16, continuation: CheckedContinuation<[SocketAddress], Never>) {
            self.name = name
            self.port = port
            self.continuation = continuation
        }

        func run() {
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            var addresses: [SocketAddress] = []
            if getaddrinfo(name, String(port), &hints, &list) == 0 {
                var next = list
                // Safety: the list and the addresses it points to live until `freeaddrinfo`.
                while let entry = next?.pointee {
                    if let address = SocketAddress(storage: UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))) {
                        addresses.append(address)
                    }
                    next = entry.ai_next
                }
                freeaddrinfo(list)
            }
            continuation.resume(returning: addresses)
        }
    }
}
