import Glibc

@testable import HTTPKit

/// A peer that sends exactly the bytes it is told, over a blocking socket.
final class RawClient: @unchecked Sendable {
    // Safety (@unchecked): each test uses one from one thread at a time, and sockets may be written from a second.
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// A response as it came, framed by its `Content-Length` only.
    struct Answer {
        let head: String
        let body: String

        var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }

        func field(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name.lowercased() { return parts[1].drop { $0 == " " }.description }
            }
            return nil
        }
    }

    /// However long a test may wait for one read; only a failing test does.
    private static let patienceSeconds = 30
    let descriptor: Int32
    private var isOpen = true
    private var buffer: [UInt8] = []

    /// - Parameter source: the address to come from; the system's choice where it is nil.
    init(_ address: SocketAddress, from source: SocketAddress? = nil, receiveBufferBytes: Int32? = nil) throws {
        descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        if let source { _ = source.withSockaddr { bind(descriptor, $0, $1) } }
        var patience = timeval(tv_sec: RawClient.patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        if var bytes = receiveBufferBytes { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size)) }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        let status = address.withSockaddr { connect(descriptor, $0, $1) }
        guard status == 0 else { throw Failure(description: String(cString: strerror(errno))) }
    }

    deinit { close() }

    var localPort: UInt16 { Sockets.localAddress(descriptor)?.port ?? 0 }

    func close() {
        if isOpen { Glibc.close(descriptor) }
        isOpen = false
    }

    /// Closes with a reset instead of a FIN.
    func reset() {
        var lingering = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends all of it; a peer that has closed is not an error here, its answer tells.
    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.unsafelyUnwrapped + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    func get(_ path: String, _ fields: String = "") { send("GET \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n") }

    func answer(hasBody: Bool = true) throws -> Answer {
        while true {
            if let end = headEnd {
                let head = String(decoding: buffer[..<end], as: UTF8.self)
                let length = hasBody ? Answer(head: head, body: "").field("content-length").flatMap { Int($0) } ?? 0 : 0
                if buffer.count >= end + 4 + length {
                    let body = String(decoding: buffer[(end + 4)..<(end + 4 + length)], as: UTF8.self)
                    buffer.removeFirst(end + 4 + length)
                    return Answer(head: head, body: body)
                }
            }
            guard try readMore() else { throw Failure(description: "closed after \(String(decoding: buffer, as: UTF8.self))") }
        }
    }

    /// What comes until the other side closes, counted only where it is much.
    func rest() throws -> String {
        while try readMore() {}
        defer { buffer = [] }
        return String(decoding: buffer, as: UTF8.self)
    }

    /// Reads at most `count` bytes and forgets them.
    func skip(_ count: Int) throws -> Int {
        if buffer.isEmpty { _ = try readMore() }
        let taken = min(count, buffer.count)
        buffer.removeFirst(taken)
        return taken
    }

    private var headEnd: Int? {
        guard buffer.count >= 4 else { return nil }
        return (0...buffer.count - 4).first { buffer[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) }
    }

    private func readMore() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0, errno == ECONNRESET { return false }
        guard count >= 0 else { throw Failure(description: "nothing came: \(String(cString: strerror(errno)))") }
        buffer.append(contentsOf: chunk[..<count])
        return count > 0
    }
}
