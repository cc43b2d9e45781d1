internal import Glibc
internal import HTTPKit

/// The address of the server, and the local address from which the kernel would reach it.
struct AddressPair: Sendable, Equatable {
    let server: SocketAddress
    /// With port 0.
    let local: SocketAddress

    /// Resolves the host name. The system's resolver may take seconds.
    ///
    /// A name such as `localhost` has several addresses, and the server may listen at one of them only. They come in the order of the resolver,
    /// but those where nobody listens for datagrams come last.
    ///
    /// - Throws: `.noAnswer` for a name that is not known or an address that cannot be reached.
    static func all(of address: ServerAddress) throws(UEError) -> [AddressPair] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV
        // Safety: the list is the resolver's until it is freed here; nothing of it is kept.
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(address.host, String(address.port), &hints, &list) == 0 else {
            throw UEError(.noAnswer, "the host name \(address.host) is not known")
        }
        defer { unsafe freeaddrinfo(list) }
        let isAlone = unsafe list?.pointee.ai_next == nil
        var welcoming: [AddressPair] = []
        var refusing: [AddressPair] = []
        var next = unsafe list
        while let entry = unsafe next?.pointee {
            if let (pair, refuses) = unsafe pair(entry, probing: address.transport == .udp && !isAlone) {
                if refuses { refusing.append(pair) } else { welcoming.append(pair) }
            }
            unsafe next = entry.ai_next
        }
        let all = welcoming + refusing
        guard !all.isEmpty else { throw UEError(.noAnswer, "there is no way to \(address.host)") }
        return all
    }

    /// Finds the local address by connecting a UDP socket, which sends nothing.
    ///
    /// - Parameter probing: whether to find out, with a datagram that needs no answer, that nobody listens there.
    private static func pair(_ entry: addrinfo, probing: Bool) -> (pair: AddressPair, refuses: Bool)? {
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
        return (AddressPair(server: serverAddress, local: localAddress), probing && refusesDatagrams(descriptor))
    }

    /// Sends a line end, which SIP passes over (RFC 3261 §7.5), and waits for the ICMP message that nobody listens there. From this host it comes at
    /// once; another host may drop it, and then only the REGISTER finds out.
    private static func refusesDatagrams(_ descriptor: Int32) -> Bool {
        let ping: [UInt8] = [0x0d, 0x0a]
        // Safety: the kernel reads at most the array's count, and writes one pollfd that is lent for the call.
        guard unsafe send(descriptor, ping, ping.count, 0) == ping.count else { return true }
        var waiting = pollfd(fd: descriptor, events: 0, revents: 0)
        return unsafe poll(&waiting, 1, Limits.refusalMilliseconds) == 1 && Int32(waiting.revents) & POLLERR != 0
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
