internal import SIP

/// Where requests come from, as far as one sender can be told from another.
///
/// The port does not count, because one sender has as many as it likes. Of an IPv6 address the first 64 bits count: a subscriber is given that many
/// addresses at once (RFC 6177 §2). An IPv4 address that is written as an IPv6 one is the IPv4 address (RFC 4291 §2.5.5.2).
struct SourceAddress: Sendable, Hashable {
    let octets: [UInt8]

    /// An address that was kept; nil where none was.
    init?(kept octets: [UInt8]) {
        guard !octets.isEmpty else { return nil }
        self.octets = octets
    }

    init(_ host: SIPHost) {
        switch host.unmapped {
        case .name(let name): octets = name
        case .ipv4(let address): octets = address
        case .ipv6(let address): octets = Array(address.prefix(8))
        }
    }
}
