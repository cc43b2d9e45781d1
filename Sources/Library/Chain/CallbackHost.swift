internal import Base
internal import HTTPKit

/// Whether a peer may have itself called at an address. Only a peer whom this service knows anyway is called: the host is the address that the
/// question came from, or one of the names in the certificate of its sender. So nobody makes this service call a third party.
///
/// The port is free: the question comes from a port that nobody listens at, so nothing tells which one belongs to the peer.
enum CallbackHost {
    enum Refusal: String, CaseIterable {
        case otherScheme = "it does not begin with https://"
        case plain = "it does not begin with http://, and this service has no TLS"
        case notAPath = "it has no path, or a query or a fragment"
        case notAHostAndPort = "what stands between the scheme and the path is not a host with or without a port"
        case otherHost = "its host is neither the address that the question came from nor a name in the caller's certificate"
        case ownLoopback = "localhost is this machine, and the question came from another one"
    }

    /// - Parameter isSecure: whether this service has TLS; then the callback has it too.
    /// - Returns: nil where it may be called.
    static func refusal(of uri: String, from peer: Peer, isSecure: Bool) -> Refusal? {
        let text = uri.utf8
        let scheme = isSecure ? "https://" : "http://"
        guard text.starts(with: scheme.utf8) else { return isSecure ? .otherScheme : .plain }
        let authority = text.dropFirst(scheme.utf8.count).prefix { $0 != UInt8(ascii: "/") }
        let path = text[authority.endIndex...]
        guard path.count > 1, path.allSatisfy(isOfPath) else { return .notAPath }
        guard let host = host(of: authority) else { return .notAHostAndPort }
        if peer.address.utf8.contains(UInt8(ascii: ":")), let address = self.host(of: peer.address.utf8[...]), host.elementsEqual(address) {
            return nil
        }
        // An absolute name, one that ends in a dot, is the name of no certificate (RFC 6066 §3).
        guard peer.names.contains(where: { isSame($0.utf8, host) }) else { return .otherHost }
        return isSame("localhost".utf8, host) && !isLoopback(peer) ? .ownLoopback : nil
    }

    /// The host without the port; nil where something else is there, such as user information. An address of IPv6 keeps its brackets.
    private static func host(of authority: Substring.UTF8View) -> Substring.UTF8View? {
        var host = authority
        if let colon = authority.lastIndex(of: UInt8(ascii: ":")), authority.last != UInt8(ascii: "]") {
            let port = authority[authority.index(after: colon)...]
            guard 1...5 ~= port.count, port.allSatisfy(ASCII.isDigit), port.reduce(0, { $0 * 10 + Int($1 - UInt8(ascii: "0")) }) <= 65_535
            else { return nil }
            host = authority[..<colon]
        }
        guard let first = host.first else { return nil }
        let isAddress = first == UInt8(ascii: "[") && host.last == UInt8(ascii: "]")
        let inner = isAddress ? host.dropFirst().dropLast() : host
        let isHost =
            !inner.isEmpty && inner.allSatisfy { ASCII.isAlphanumeric($0) || "-._".utf8.contains($0) || isAddress && $0 == UInt8(ascii: ":") }
        return isHost ? host : nil
    }

    /// RFC 3986 §3.3, with the slashes between segments.
    private static func isOfPath(_ byte: UInt8) -> Bool { ASCII.isAlphanumeric(byte) || "/-._~%!$&'()*+,;=:@".utf8.contains(byte) }

    private static func isSame(_ name: some Sequence<UInt8>, _ host: Substring.UTF8View) -> Bool {
        name.elementsEqual(host) { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }

    private static func isLoopback(_ peer: Peer) -> Bool {
        peer.address.utf8.starts(with: "127.".utf8) || peer.address.utf8.starts(with: "[::1]:".utf8)
    }
}
