internal import Base
internal import CLinux
internal import Glibc

/// A numeric IPv4 or IPv6 address with a port, or the path of a Unix socket.
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
            bytes = withUnsafeBytes(of: &six) { Array($0) }
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
        bytes = Array(storage.prefix(size)) + [UInt8](repeating: 0, count: max(0, size - storage.count))
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
