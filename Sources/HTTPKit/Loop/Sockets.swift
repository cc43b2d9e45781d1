internal import CLinux
internal import Glibc

/// Opening of non-blocking, close-on-exec sockets.
enum Sockets {
    static func stream(_ family: Int32) throws(SystemError) -> Int32 { try open(family, Int32(SOCK_STREAM.rawValue)) }
    static func datagram(_ family: Int32) throws(SystemError) -> Int32 { try open(family, Int32(SOCK_DGRAM.rawValue)) }

    /// A socket bound to `address`.
    static func bound(_ address: SocketAddress, type: (Int32) throws(SystemError) -> Int32, sharing: PortSharing) throws(SystemError) -> Int32 {
        let descriptor = try type(address.family)
        do throws(SystemError) {
            // A stream may be listened for while connections of the process before are still in TIME_WAIT; for datagrams the same option
            // would let two processes have one port.
            if !address.isUnix, isStream(descriptor) { try set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) }
            if sharing == .joining { try set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
            if address.isUnix { removeDeadSocket(address) }
            guard address.withSockaddr({ bind(descriptor, $0, $1) }) == 0 else { throw SystemError("bind \(address)") }
            // Only now, so that this bind has failed if another process is here.
            if sharing == .first { try set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// A process that was killed leaves its Unix socket behind: nobody answers there, and nobody else can bind.
    private static func removeDeadSocket(_ address: SocketAddress) {
        // What is not a socket refuses connections just the same, and is somebody's file.
        var status = stat()
        guard lstat(address.host, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        let probe = mc_socket(AF_UNIX, Int32(SOCK_STREAM.rawValue))
        guard probe >= 0 else { return }
        defer { close(probe) }
        if address.withSockaddr({ connect(probe, $0, $1) }) != 0, errno == ECONNREFUSED { unlink(address.host) }
    }

    private static func isStream(_ descriptor: Int32) -> Bool {
        var type: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == Int32(SOCK_STREAM.rawValue)
    }

    static func setNoDelay(_ descriptor: Int32) {
        // A Unix socket has no such option; nothing is lost where the kernel says no.
        try? set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    static func localAddress(_ descriptor: Int32) -> SocketAddress? { .filled { getsockname(descriptor, $0, $1) } }
    static func peerAddress(_ descriptor: Int32) -> SocketAddress? { .filled { getpeername(descriptor, $0, $1) } }

    /// The error of a connection attempt that has ended.
    static func pendingError(_ descriptor: Int32) -> Int32 {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) throws(SystemError) {
        var value = value
        guard setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else { throw SystemError("setsockopt") }
    }

    private static func open(_ family: Int32, _ type: Int32) throws(SystemError) -> Int32 {
        let descriptor = mc_socket(family, type)
        guard descriptor >= 0 else { throw SystemError("socket") }
        return descriptor
    }
}
