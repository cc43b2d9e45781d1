internal import Base
internal import CLinux
internal import Glibc

/// A numeric IPv4 or IPv6 address with a port, or the path of a Unix socket.
///
/// An IPv4 address that is written as an IPv6 one (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) becomes the IPv4 address. That is how a socket at `[::]`
/// reports IPv4 peers, and they have to look and to compare like the peers of any other socket.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    // The bytes of a sockaddr, as the kernel takes them.
    private let bytes: [UInt8]

    /// - Parameter host: `127.0.0.1`, `::1` or `[::1]`; never a name.
    package init(host: String, port: UInt16) throws(AddressError) {
        let bare = host.utf8.first == UInt8(ascii: "[") && host.utf8.last == UInt8(ascii: "]") ? String(host.dropFirst().dropLast()) : host
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, bare, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, bare, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            bytes = withUnsafeBytes(of: &six) { SocketAddress.unmapped(Array($0)) }
        } else {
            throw AddressError(reason: "\(host) is not a numeric IPv4 or IPv6 address")
        }
    }

    package init(unixPath path: String) throws(AddressError) {
        var local = sockaddr_un()
        local.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: local.sun_path) - 1
        guard !path.isEmpty, path.utf8.count <= room else { throw AddressError(reason: "a Unix socket's path has 1 to \(room) bytes") }
        withUnsafeMutableBytes(of: &local.sun_path) { $0.copyBytes(from: path.utf8) }
        bytes = withUnsafeBytes(of: &local) { Array($0) }
    }

    /// - Parameter storage: a sockaddr that `getaddrinfo`, `recvfrom`, `getsockname` or `getpeername` has filled in.
    init?(storage: UnsafeRawBufferPointer) {
        guard storage.count >= MemoryLayout<sa_family_t>.size else { return nil }
        let size: Int
        switch Int32(storage.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET: size = MemoryLayout<sockaddr_in>.size
        case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
        case AF_UNIX: size = MemoryLayout<sockaddr_un>.size
        default: return nil
        }
        bytes = SocketAddress.unmapped(Array(storage.prefix(size)) + [UInt8](repeating: 0, count: max(0, size - storage.count)))
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
    /// The offset of the address in a sockaddr_in6.
    private static let hostOffset = 8

    /// The bytes of a sockaddr_in6 that holds an IPv4 address as those of a sockaddr_in; others as they are.
    private static func unmapped(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count == MemoryLayout<sockaddr_in6>.size, bytes.dropFirst(hostOffset).starts(with: mappedPrefix) else { return bytes }
        var four = sockaddr_in()
        four.sin_family = sa_family_t(AF_INET)
        return withUnsafeMutableBytes(of: &four) { four in
            // The port is at the same place in both.
            four[2] = bytes[2]
            four[3] = bytes[3]
            for index in 0..<4 { four[4 + index] = bytes[hostOffset + mappedPrefix.count + index] }
            return Array(four)
        }
    }

    /// The address as a socket of a family takes it: a socket for IPv6 takes an IPv4 address in the form of an IPv6 one.
    func inFamily(_ family: Int32) -> SocketAddress {
        guard family == AF_INET6, self.family == AF_INET else { return self }
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        return withUnsafeMutableBytes(of: &six) { six in
            six[2] = bytes[2]
            six[3] = bytes[3]
            let host = SocketAddress.mappedPrefix + bytes[4..<8]
            for (index, byte) in host.enumerated() { six[SocketAddress.hostOffset + index] = byte }
            return SocketAddress(bytes: Array(six))
        }
    }

    var family: Int32 { bytes.withUnsafeBytes { Int32($0.loadUnaligned(as: sa_family_t.self)) } }
    var isUnix: Bool { family == AF_UNIX }

    /// The bytes of the address without its port, as they lie in memory; zeros for a Unix socket.
    var hostBytes: (UInt64, UInt64) {
        bytes.withUnsafeBytes { bytes in
            switch family {
            case AF_INET: (UInt64(bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)), 0)
            case AF_INET6: (bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            default: (0, 0)
            }
        }
    }

    package var port: UInt16 {
        isUnix ? 0 : bytes.withUnsafeBytes { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
    }

    /// The address without brackets; the path of a Unix socket.
    package var host: String {
        bytes.withUnsafeBytes { bytes in
            if isUnix { return String(decoding: bytes.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self) }
            let offset = family == AF_INET ? 4 : 8
            return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
                guard let base = text.baseAddress, let address = bytes.baseAddress,
                    inet_ntop(family, address + offset, base, socklen_t(text.count)) != nil
                else { return "?" }
                return String(cString: base)
            }
        }
    }

    package var isLoopback: Bool {
        isUnix || host == "::1" || (family == AF_INET && bytes[4] == 127)
    }

    package var description: String {
        switch family {
        case AF_UNIX: "unix:\(host)"
        case AF_INET6: "[\(host)]:\(port)"
        default: "\(host):\(port)"
        }
    }

    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        bytes.withUnsafeBytes { bytes in
            // Safety: the bytes are those of a whole sockaddr_in, sockaddr_in6 or sockaddr_un.
            bytes.withMemoryRebound(to: sockaddr.self) { body($0.baseAddress.unsafelyUnwrapped, socklen_t(bytes.count)) }
        }
    }

    /// The address that a call such as `getsockname` writes.
    static func filled(by call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            // Safety: a sockaddr_storage is large enough and aligned for every kind of sockaddr.
            let status = bytes.withMemoryRebound(to: sockaddr.self) { call($0.baseAddress.unsafelyUnwrapped, &length) }
            return status >= 0 ? SocketAddress(storage: UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(length)))) : nil
        }
    }
}

extension SocketAddress {
    /// - Parameter text: `HOST:PORT`, `[HOST]:PORT` or `unix:PATH`, as in flags.
    package init(parsing text: String) throws(AddressError) {
        if text.utf8.starts(with: "unix:".utf8) {
            try self.init(unixPath: String(text.dropFirst("unix:".count)))
            return
        }
        let (host, port) = try SocketAddress.splitHostAndPort(text)
        try self.init(host: host, port: port)
    }

    package static func splitHostAndPort(_ text: String) throws(AddressError) -> (host: String, port: UInt16) {
        guard !text.contains("://") else { throw AddressError(reason: "\(text) is a URL; an address is HOST:PORT") }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), text.utf8.last != UInt8(ascii: "]") else {
            throw AddressError(reason: "\(text) is not HOST:PORT: it has no port")
        }
        guard colon != text.startIndex else { throw AddressError(reason: "\(text) is not HOST:PORT: it has no host") }
        let digits = text.utf8[text.utf8.index(after: colon)...]
        guard digits.allSatisfy({ ASCII.isDigit($0) }), let port = UInt16(Substring(digits)) else {
            throw AddressError(reason: "\(text) is not HOST:PORT: a port is a number from 0 to 65535")
        }
        let host = String(text[..<colon])
        guard !host.utf8.contains(UInt8(ascii: ":")) || host.utf8.first == UInt8(ascii: "[") else {
            throw AddressError(reason: "\(text): an IPv6 address goes in brackets")
        }
        return (host, port)
    }
}
