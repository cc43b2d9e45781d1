internal import SIP

/// The names of this SIP core: its realm, its own URI and its hosts.
struct HomeDomain: Sendable {
    /// The realm, as challenges have it.
    let realm: [UInt8]
    /// The SIP URI of this S-CSCF, which it names when it asks for vectors.
    let serverName: SIPURI
    private let hosts: Set<SIPHost>
    private let takesAnyAddress: Bool

    /// - Parameter addresses: the hosts of the listeners, for UEs that register with an address instead of a name. A wildcard is every address.
    /// - Returns: nil unless the realm is a host name and the server name a SIP URI.
    init?(realm: String, serverName: String, addresses: [SIPHost] = []) {
        guard let host = SIPHost(realm.utf8), host.isName, let uri = try? SIPURI(serverName), uri.isSIP, let serverHost = uri.host else { return nil }
        self.realm = Array(realm.utf8)
        self.serverName = uri
        hosts = Set(addresses + [host, serverHost])
        takesAnyAddress = addresses.contains(where: HomeDomain.isWildcard)
    }

    func contains(_ uri: SIPURI) -> Bool {
        guard let host = uri.host else { return false }
        return hosts.contains(host.unmapped) || (takesAnyAddress && !host.isName)
    }

    static func isWildcard(_ host: SIPHost) -> Bool {
        switch host {
        case .name: false
        case .ipv4(let octets), .ipv6(let octets): octets.allSatisfy { $0 == 0 }
        }
    }

    /// The Request-URI of a REGISTER to this domain.
    var registerURI: [UInt8] { Array("sip:".utf8) + realm }

    /// The route for requests of a registered UE (RFC 3608 §6.1): the URI of this core with the user part `orig`, for originating requests.
    var serviceRoute: [UInt8] { Array("<sip:orig@".utf8) + address + Array(";lr>".utf8) }

    /// The URI of this core within a dialog.
    var contact: [UInt8] { Array("<sip:".utf8) + address + Array(">".utf8) }

    private var address: [UInt8] { (serverName.host?.bytes ?? []) + (serverName.port.map { Array(":\($0)".utf8) } ?? []) }
}
