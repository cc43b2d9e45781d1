internal import Base
internal import HTTPKit

/// The names by which the admin listener may be addressed: `localhost`, a loopback address, its own address, and those of its certificate.
///
/// A browser that looks at a foreign page reaches a loopback listener under a name of that page's owner, whose address was changed to 127.0.0.1 in
/// between (DNS rebinding), and the page may then read the answers. The field `Host` gives it away. The port plays no part, because a tunnel or a
/// container may have another one in front.
struct ListenerNames: Sendable {
    private let address: String
    private let certified: [String]

    /// - Parameter certified: the DNS names of the certificate that the listener shows.
    init(_ address: SocketAddress, certified: [String] = []) {
        self.address = address.host
        self.certified = certified.map(ListenerNames.lowercased)
    }

    /// - Returns: 421 (RFC 9110 §15.5.20); nil where the request is for this listener.
    func refusal(of request: Request) -> Problem? {
        if let authority = request.fields["Host"], include(host(of: authority)) { return nil }
        return Problem(421, detail: "the Host is not a name of this listener, which is asked as localhost or by its address")
    }

    /// The authority without its port, and without the brackets of an IPv6 address. HTTPKit has checked its form.
    private func host(of authority: String) -> String {
        if authority.utf8.first == UInt8(ascii: "[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return ListenerNames.lowercased(String(authority.prefix { $0 != ":" }))
    }

    private static func lowercased(_ text: String) -> String { String(decoding: ASCII.lowercased(Array(text.utf8)), as: UTF8.self) }

    private func include(_ host: String) -> Bool {
        if host == "localhost" || certified.contains(host) { return true }
        guard let literal = try? SocketAddress(host: host, port: 0) else { return false }
        return literal.isLoopback || literal.host == address
    }
}
