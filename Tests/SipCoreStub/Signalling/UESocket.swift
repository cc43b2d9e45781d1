import Glibc

/// A blocking socket of a UE, bound to an address of the test's choice.
final class UESocket: @unchecked Sendable {
    // Safety (@unchecked): each test uses one from one thread at a time.
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// However long a test may wait for one read; only a failing test does.
    private static let patienceSeconds = 20
    private let descriptor: Int32
    private var isOpen = true
    private(set) var port: UInt16 = 0

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var patience = timeval(tv_sec: UESocket.patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    /// - Parameters:
    ///   - host: an IPv4 address of this machine.
    ///   - server: the port at 127.0.0.1 to connect to; nil for a listener.
    init(_ type: __socket_type, at host: String = "127.0.0.1", to server: UInt16?) throws {
        descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        var patience = timeval(tv_sec: UESocket.patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        try check(UESocket.withAddress(host, 0) { bind(descriptor, $0, $1) })
        if let server {
            try check(UESocket.withAddress("127.0.0.1", server) { connect(descriptor, $0, $1) })
        } else {
            try check(listen(descriptor, 8))
        }
        var own = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try check(
            withUnsafeMutableBytes(of: &own) { bytes in
                bytes.withMemoryRebound(to: sockaddr.self) { getsockname(descriptor, $0.baseAddress, &size) }
            })
        port = UInt16(bigEndian: own.sin_port)
    }

    deinit { close() }

    private func check(_ status: Int32) throws {
        guard status == 0 else { throw Failure(description: String(cString: strerror(errno))) }
    }

    private static func withAddress(_ host: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>?, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { body($0.baseAddress, socklen_t(bytes.count)) }
        }
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// One datagram, or what a stream has at the moment; nil at the end of the stream.
    func receive() throws -> String? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count == 0 || (count < 0 && errno == ECONNRESET) { return nil }
        guard count > 0 else { throw Failure(description: "nothing came: \(String(cString: strerror(errno)))") }
        return String(decoding: chunk[..<count], as: UTF8.self)
    }

    /// Everything until the other side ends.
    func rest() throws -> String {
        var text = ""
        while let more = try receive() { text += more }
        return text
    }

    /// A ping and its answer.
    /// - Returns: false where the connection has ended.
    func ping() throws -> Bool {
        send("\r\n\r\n")
        return try receive() != nil
    }

    /// The next connection to a listener.
    func accept() throws -> UESocket {
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { throw Failure(description: "nobody connected: \(String(cString: strerror(errno)))") }
        return UESocket(accepted)
    }

    /// Whether somebody has connected to a listener.
    var hasConnection: Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, 0) == 1
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() {
        if isOpen { Glibc.close(descriptor) }
        isOpen = false
    }

    /// Closes with a reset.
    func reset() {
        var lingering = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}
