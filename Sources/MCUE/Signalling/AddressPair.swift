internal import Glibc
internal import HTTPKit

/// The address of the server, and the local address from which the kernel would reach it.
struct AddressPair: Sendable, Equatable {
    let server: SocketAddress
    /// With port 0.
    let local: SocketAddress

    /// Resolves the host name. The system's resolver may take seconds.
    ///
    /// - Throws: `.noAnswer` for a name that is not known or an address that cannot be reached.
    init(to address: ServerAddress) throws(UEError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV
        // Safety: the list is the resolver's until it is freed here; nothing of it is kept.
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(address.host, String(address.port), &hints, &list) == 0 else {
            throw UEError(.noAnswer, "the host name \(address.host) is not known")
        }
        defer { unsafe freeaddrinfo(list) }
        var next = unsafe list
        while let entry = unsafe next?.pointee {
            if let addresses = unsafe AddressPair(entry) {
                self = addresses
                return
            }
            unsafe next = entry.ai_next
        }
        throw UEError(.noAnswer, "there is no way to \(address.host)")
    }

    /// Finds the local address by connecting a UDP socket, which sends nothing.
    private init?(_ entry: addrinfo) {
        let descriptor = unsafe socket(entry.ai_family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard unsafe connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0,
            let (server, port) = unsafe AddressPair.numeric(entry.ai_addr, entry.ai_addrlen)
        else { return nil }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // Safety: the kernel writes at most `length` bytes into the storage, which is lent for the calls.
        let local = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.withMemoryRebound(to: sockaddr.self) { address in
                unsafe getsockname(descriptor, address.baseAddress, &length) == 0
                    ? AddressPair.numeric(UnsafePointer(address.baseAddress), length)?.host : nil
            }
        }
        guard let local, let serverAddress = try? SocketAddress(host: server, port: port), let localAddress = try? SocketAddress(host: local, port: 0)
        else {
            return nil
        }
        self.server = serverAddress
        self.local = localAddress
    }

    private static func numeric(_ address: UnsafePointer<sockaddr>?, _ length: socklen_t) -> (host: String, port: UInt16)? {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        // Safety: both buffers are lent with their counts and come back as C strings.
        let status = unsafe getnameinfo(
            address, length, &host, socklen_t(host.count), &service, socklen_t(service.count), NI_NUMERICHOST | NI_NUMERICSERV)
        guard status == 0, let port = UInt16(text(service)) else { return nil }
        return (text(host), port)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
