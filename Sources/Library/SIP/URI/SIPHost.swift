internal import Base

/// A host in SIP: a name, an IPv4 address or an IPv6 reference in brackets (RFC 3261 §25.1 `host`).
///
/// Names are kept in lower case and without the root's dot, addresses as octets, so that two spellings of one host are equal.
package enum SIPHost: Sendable, Hashable {
    case name([UInt8])
    /// Four octets.
    case ipv4([UInt8])
    /// Sixteen octets.
    case ipv6([UInt8])

    /// Reads a host name, `192.0.2.1` or `[2001:db8::1]`.
    /// - Returns: nil for other text, and for an address out of range.
    package init?(_ text: some Collection<UInt8>) {
        let bytes = Array(text)
        if bytes.first == ASCII.bracketOpen {
            guard bytes.last == ASCII.bracketClose, let octets = IPAddressText.ipv6(bytes.dropFirst().dropLast()) else { return nil }
            self = .ipv6(octets)
        } else if let octets = IPAddressText.ipv4(bytes[...]) {
            self = .ipv4(octets)
        } else if let name = Self.hostName(bytes[...]) {
            self = .name(name)
        } else {
            return nil
        }
    }

    /// Reads an address as a socket reports it: like a host, but an IPv6 address may be without brackets.
    package init?(address text: some Collection<UInt8>) {
        if let octets = IPAddressText.ipv6(Array(text)[...]) { self = .ipv6(octets) } else { self.init(text) }
    }

    /// The host as a URI or a Via has it. An IPv6 address is in brackets and in the form of RFC 5952.
    package var bytes: [UInt8] {
        switch self {
        case .name(let name): name
        case .ipv4: address
        case .ipv6: [ASCII.bracketOpen] + address + [ASCII.bracketClose]
        }
    }

    /// The host without brackets, as the parameter `received` has it (RFC 3261 §25.1 `via-received`).
    package var address: [UInt8] {
        switch self {
        case .name(let name): name
        case .ipv4(let octets): Array(octets.map { String($0) }.joined(separator: ".").utf8)
        case .ipv6(let octets): IPAddressText.writeIPv6(octets)
        }
    }

    /// The host for comparisons of addresses: an IPv4 address that is written as an IPv6 one is the IPv4 address (RFC 4291 §2.5.5.2).
    ///
    /// The host itself stays as it was written. A client may look for its own text in a response (RFC 3261 §18.1.2).
    package var unmapped: SIPHost {
        guard case .ipv6(let octets) = self, octets.starts(with: SIPHost.mappedPrefix) else { return self }
        return .ipv4(Array(octets.dropFirst(SIPHost.mappedPrefix.count)))
    }

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

    package var isName: Bool {
        if case .name = self { return true }
        return false
    }

    /// Whether text is a host name: labels of letters, digits and hyphens. Underscores are taken too, because container networks use them.
    /// The last label is not digits alone, so that a malformed IPv4 address is no name (RFC 1123 §2.1 with erratum 1081).
    private static func hostName(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let name = text.last == ASCII.dot ? text.dropLast() : text
        guard !name.isEmpty, name.count <= 255 else { return nil }
        let labels = name.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        for label in labels {
            guard !label.isEmpty, label.allSatisfy({ ASCII.isAlphanumeric($0) || $0 == ASCII.hyphen || $0 == ASCII.underscore }) else { return nil }
        }
        guard let last = labels.last, !last.allSatisfy(ASCII.isDigit) else { return nil }
        return ASCII.lowercased(Array(name))
    }
}

extension SIPHost: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// The address that a message came from or goes to.
package struct SIPEndpoint: Sendable, Hashable {
    package let host: SIPHost
    package let port: UInt16

    package init(host: SIPHost, port: UInt16) {
        self.host = host
        self.port = port
    }
}
