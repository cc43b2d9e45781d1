internal import Base
internal import HTTPKit

/// The host of a callback. Only a peer whom this service knows anyway is called: the host is the address that the question came from, or one of the
/// names in the certificate of its sender. So nobody makes this service call a third party.
enum CallbackHost {
    /// - Parameter isSecure: whether this service has TLS; then the callback has it too.
    static func belongs(_ uri: String, to peer: Peer, isSecure: Bool) -> Bool {
        let text = uri.utf8
        let scheme = isSecure ? "https://" : "http://"
        guard text.starts(with: scheme.utf8) else { return false }
        let host = host(text.dropFirst(scheme.utf8.count).prefix { $0 != UInt8(ascii: "/") })
        return host.elementsEqual(self.host(peer.address.utf8[...]))
            || peer.names.contains { $0.utf8.elementsEqual(host, by: { ASCII.lowercased($0) == ASCII.lowercased($1) }) }
    }

    /// Without the port. An address of IPv6 keeps its brackets.
    private static func host(_ authority: Substring.UTF8View) -> Substring.UTF8View {
        guard let colon = authority.lastIndex(of: UInt8(ascii: ":")), authority.last != UInt8(ascii: "]") else { return authority }
        return authority[..<colon]
    }
}
