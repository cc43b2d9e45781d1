/// Where requests go: a host with a port, or a Unix socket.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
    enum Endpoint: Hashable, Sendable {
        case address(SocketAddress)
        case name(String, port: UInt16)
    }

    let endpoint: Endpoint
    /// The value of the `Host` field.
    let host: String

    private init(_ endpoint: Endpoint, host: String) {
        self.endpoint = endpoint
        self.host = host
    }

    package init(_ address: SocketAddress) {
        self.init(.address(address), host: address.isUnix ? "localhost" : address.description)
    }

    /// `HOST:PORT`, where the host may be a name.
    package init(hostAndPort text: String) throws(AddressError) {
        let (name, port) = try SocketAddress.splitHostAndPort(text)
        if let address = try? SocketAddress(host: name, port: port) {
            self.init(address)
            return
        }
        guard !name.isEmpty, name.utf8.count <= 253, name.utf8.allSatisfy({ ASCII.isAlphanumeric($0) || "-._".utf8.contains($0) }) else {
            throw AddressError(reason: "\(name) is not a host name")
        }
        self.init(.name(name, port: port), host: text)
    }

    package var description: String { host }
}

/// The root of an API as 3GPP has it: `http://HOST:PORT` with an optional path in front of the API's own (TS 29.501 §4.4.1).
package struct APIRoot: Sendable, Hashable, CustomStringConvertible {
    package let origin: Origin
    /// Empty, or `/prefix` without a slash at the end.
    package let prefix: String

    package init(parsing text: String) throws(AddressError) {
        let scheme = "http://"
        guard text.utf8.starts(with: scheme.utf8) else { throw AddressError(reason: "\(text) does not begin with http://") }
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        var authority = String(decoding: rest[..<slash], as: UTF8.self)
        if authority.utf8.last == UInt8(ascii: "]") || !authority.utf8.contains(UInt8(ascii: ":")) { authority += ":80" }
        origin = try Origin(hostAndPort: authority)
        var path = Array(rest[slash...])
        while path.last == UInt8(ascii: "/") { path.removeLast() }
        guard path.allSatisfy(ASCII.isTarget), !path.contains(UInt8(ascii: "?")) else { throw AddressError(reason: "\(text): the path is malformed") }
        prefix = String(decoding: path, as: UTF8.self)
    }

    package var description: String { "http://\(origin)\(prefix)" }
}
