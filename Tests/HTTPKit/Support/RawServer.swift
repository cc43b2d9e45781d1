import Base
import Glibc
import Synchronization

@testable import HTTPKit

/// A server that does to each connection what a script says, on a thread of its own: the peers a client must survive.
final class RawServer: Sendable {
    /// One accepted connection; blocking, closed when the script ends.
    struct Connection {
        let descriptor: Int32
        /// 1 for the first.
        let number: Int

        /// Reads up to the end of a request without a body; false where the client has closed.
        @discardableResult
        func readRequest() -> Bool {
            var text: [UInt8] = []
            var byte: UInt8 = 0
            while !text.suffix(4).elementsEqual([13, 10, 13, 10]) {
                guard recv(descriptor, &byte, 1, 0) == 1 else { return false }
                text.append(byte)
            }
            return true
        }

        /// Whether the client still takes bytes.
        @discardableResult
        func send(_ text: String) -> Bool {
            Array(text.utf8).withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) >= 0 }
        }

        /// A whole response that keeps the connection.
        @discardableResult
        func answer(_ text: String) -> Bool { send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)") }

        func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

        /// Waits until the client has closed its side.
        func readToEnd() {
            var chunk = [UInt8](repeating: 0, count: 4_096)
            while recv(descriptor, &chunk, chunk.count, 0) > 0 {}
        }

        func reset() {
            var lingering = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
        }
    }

    let address: SocketAddress
    private let descriptor: Int32
    private let accepted = Counter()

    /// Connections taken so far.
    var connectionCount: Int { accepted.value }

    /// - Parameters:
    ///   - address: by default, one that nobody has.
    ///   - script: runs on a thread per connection.
    init(at address: SocketAddress? = nil, _ script: @escaping @Sendable (Connection) -> Void) throws {
        let wanted = try address ?? SocketAddress(host: "127.0.0.1", port: 0)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        _ = wanted.withSockaddr { bind(descriptor, $0, $1) }
        listen(descriptor, 64)
        self.address = Sockets.localAddress(descriptor) ?? wanted
        SystemThread.startOrEnd { [descriptor, accepted] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                var patience = timeval(tv_sec: 3, tv_usec: 0)
                setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
                // What is sent before a reset is on its way then, and not held back behind an acknowledgement that does not come.
                Sockets.setNoDelay(connection)
                let number = accepted.next()
                SystemThread.startOrEnd {
                    script(Connection(descriptor: connection, number: number))
                    Glibc.close(connection)
                }
            }
        }
    }

    /// Ends the accepting thread.
    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// A port of this machine that nobody listens on.
    static func unusedAddress() throws -> SocketAddress {
        let wanted = try SocketAddress(host: "127.0.0.1", port: 0)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        _ = wanted.withSockaddr { bind(descriptor, $0, $1) }
        return Sockets.localAddress(descriptor) ?? wanted
    }
}

final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }

    @discardableResult
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
