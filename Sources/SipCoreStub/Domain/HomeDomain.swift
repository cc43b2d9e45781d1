internal import SIP

/// The names this SIP core goes by.
struct HomeDomain: Sendable {
    /// As it stands in challenges.
    let realm: [UInt8]
    /// The SIP URI this S-CSCF is asked about under, with its parameters.
    let serverName: SIPURI
    private let hosts: Set<SIPHost>
    private let takesAnyAddress: Bool

    /// - Parameter addresses: hosts of the listeners, for UEs that register with an address; a wildcard stands for every address.
    /// - Returns: nil unless the realm is a host name and the server name a SIP URI.
    init?(realm: String, serverName: String, addresses: [SIPHost] = []) {
        guard let host = SIPHost(realm.utf8), let uri = try? SIPURI(serverName), uri.isSIP, let serverHost = uri.host else { return nil }
        self.realm = Array(realm.utf8)
        self.serverName = uri
        hosts = Set(addresses + [host, serverHost])
        takesAnyAddress = addresses.contains(where: HomeDomain.isWildcard)
    }

    func contains(_ uri: SIPURI) -> Bool {
        guard let host = uri.host else { return false }
        return hosts.contains(host) || (takesAnyAddress && !host.isName)
    }

    private static func isWildcard(_ host: SIPHost) -> Bool {
        switch host {
        case .name: false
        case .ipv4(let octets), .ipv6(let octets): octets.allSatisfy { $0 == 0 }
        }
    }

    /// The Request-URI of a REGISTER to this domain.
    var registerURI: [UInt8] { Array("sip:".utf8) + realm }

    /// Where requests of a registered UE enter this core (RFC 3608 §6.1): our own URI, with a user part that says which way they go.
    var serviceRoute: [UInt8] {
        let host = serverName.host?.bytes ?? []
        let port = serverName.port.map { Array(":\($0)".utf8) } ?? []
        return Array("<sip:orig@".utf8) + host + port + Array(";lr>".utf8)
    }
}
