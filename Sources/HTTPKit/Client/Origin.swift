internal import Base

/// Where requests go: a host with a port, or a Unix socket. One object, which every request to it names.
package final class Origin: Sendable, CustomStringConvertible {
    enum Endpoint: Hashable, Sendable {
        case address(SocketAddress)
        case name(String, port: UInt16)
    }

    let endpoint: Endpoint
    /// The value of the `Host` field.
    let host: String
    package let isSecure: Bool
    /// Whom the server's certificate must name.
    let serverName: String

    private init(_ endpoint: Endpoint, host: String, serverName: String, isSecure: Bool) {
        self.endpoint = endpoint
        self.host = host
        self.serverName = serverName
        self.isSecure = isSecure
    }

    package convenience init(_ address: SocketAddress, isSecure: Bool = false) {
        self.init(.address(address), host: address.isUnix ? "localhost" : address.description, serverName: address.host, isSecure: isSecure)
    }

    /// `HOST:PORT`, where the host may be a name.
    package convenience init(hostAndPort text: String, isSecure: Bool = false) throws(AddressError) {
        let (name, port) = try SocketAddress.splitHostAndPort(text)
        if let address = try? SocketAddress(host: name, port: port) {
            self.init(address, isSecure: isSecure)
            return
        }
        guard !name.isEmpty, name.utf8.count <= 253, name.utf8.allSatisfy({ ASCII.isAlphanumeric($0) || "-._".utf8.contains($0) }) else {
            throw AddressError(reason: "\(name) is not a host name")
        }
        self.init(.name(name, port: port), host: text, serverName: name, isSecure: isSecure)
    }

    package var description: String { host }
}

extension Origin: Hashable {
    package static func == (left: Origin, right: Origin) -> Bool {
        left === right
            || left.endpoint == right.endpoint && left.host == right.host && left.isSecure == right.isSecure && left.serverName == right.serverName
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(host)
        hasher.combine(isSecure)
    }
}
