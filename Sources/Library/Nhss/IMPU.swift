internal import Base

/// A public identity: a SIP or SIPS URI with a user part, or a tel URI with a global number (TS 23.003 §13.4), at most 255 bytes of ASCII.
///
/// Kept in the form a registrar looks it up by (RFC 3261 §10.3 step 5): scheme and host in lower case, URI parameters and headers gone, escapes
/// resolved where that changes nothing; in a tel URI also without visual separators (RFC 3966 §4). Values are equal when these forms are.
package struct IMPU: Hashable, Sendable {
    /// The canonical form.
    package let bytes: [UInt8]

    package init(_ uri: [UInt8]) throws(MalformedValue) {
        guard uri.count <= NhssLimits.identityBytesMax else { throw MalformedValue(.length, "is longer than 255 bytes") }
        guard ASCII.areVisible(uri) else { throw MalformedValue(.character, "has a character that is not printable ASCII") }
        guard let colon = uri.firstIndex(of: UInt8(ascii: ":")) else { throw MalformedValue(.structure, "is not a URI") }
        let scheme = ASCII.lowercased(Array(uri[...colon]))
        let rest = uri[(colon + 1)...]
        switch String(decoding: scheme, as: UTF8.self) {
        case "sip:", "sips:": bytes = scheme + (try IMPU.canonicalAddress(rest))
        case "tel:": bytes = scheme + (try IMPU.canonicalNumber(rest))
        default: throw MalformedValue(.structure, "is neither a SIP nor a tel URI")
        }
    }

    package init(_ text: ArraySlice<UInt8>) throws(MalformedValue) { try self.init(Array(text)) }

    package init(_ text: String) throws(MalformedValue) { try self.init(Array(text.utf8)) }

    /// The canonical form.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// `user@host[:port]`, then parameters and headers, which are dropped.
    private static func canonicalAddress(_ text: ArraySlice<UInt8>) throws(MalformedValue) -> [UInt8] {
        guard let at = text.firstIndex(of: UInt8(ascii: "@")) else { throw MalformedValue(.structure, "has no user part") }
        let rest = text[(at + 1)...]
        guard !rest.contains(UInt8(ascii: "@")) else { throw MalformedValue(.structure, "has more than one @") }
        let hostAndPort = rest.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "?") }
        return try canonicalUser(text[..<at]) + [UInt8(ascii: "@")] + canonicalHost(hostAndPort)
    }

    /// The user part of RFC 3261 §25.1. A password, which RFC 3261 §19.1.1 advises against, is no part of an identity.
    private static func canonicalUser(_ text: ArraySlice<UInt8>) throws(MalformedValue) -> [UInt8] {
        guard !text.isEmpty else { throw MalformedValue(.structure, "has no user part") }
        var user: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            var byte = text[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                guard let high = text[index...].first.flatMap(Hex.value), let low = text[index...].dropFirst().first.flatMap(Hex.value)
                else {
                    throw MalformedValue(.structure, "has a broken escape")
                }
                index += 2
                byte = high << 4 | low
                guard isUserCharacter(byte) else {
                    user += [UInt8(ascii: "%")] + Hex.upperCaseDigits(of: byte)
                    continue
                }
            }
            guard isUserCharacter(byte) else { throw MalformedValue(.character, "has a user part that RFC 3261 does not allow") }
            user.append(byte)
        }
        return user
    }

    private static func canonicalHost(_ text: ArraySlice<UInt8>) throws(MalformedValue) -> [UInt8] {
        // Within the brackets of an IPv6 address colons belong to the host.
        let hostEnd = text.first == UInt8(ascii: "[") ? text.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } : text.firstIndex(of: UInt8(ascii: ":"))
        let host = text[..<(hostEnd ?? text.endIndex)]
        let canonical = host.first == UInt8(ascii: "[") ? canonicalIPv6(host) : DomainName.canonical(host)
        guard let canonical else { throw MalformedValue(.structure, "has a host that is neither a domain name nor an address") }
        let port = text[host.endIndex...]
        guard port.isEmpty || isPort(port) else { throw MalformedValue(.structure, "has a port that is none") }
        return canonical + port
    }

    /// Only the characters are checked: nothing is ever sent to the host of an identity.
    private static func canonicalIPv6(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let inner = text.dropFirst().dropLast()
        guard text.last == UInt8(ascii: "]"), inner.contains(UInt8(ascii: ":")),
            inner.allSatisfy({ Hex.isDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
        else { return nil }
        return ASCII.lowercased(Array(text))
    }

    private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
        let digits = text.dropFirst()
        guard text.first == UInt8(ascii: ":"), 1...5 ~= digits.count, digits.allSatisfy(ASCII.isDigit), digits.first != UInt8(ascii: "0") else {
            return false
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 65_535
    }

    /// A global number: a local one means nothing without the context that a canonical form drops.
    private static func canonicalNumber(_ text: ArraySlice<UInt8>) throws(MalformedValue) -> [UInt8] {
        let number = text.prefix { $0 != UInt8(ascii: ";") }
        let digits = number.dropFirst().filter { !"-.()".utf8.contains($0) }
        guard number.first == UInt8(ascii: "+"), !digits.isEmpty, digits.allSatisfy(ASCII.isDigit) else {
            throw MalformedValue(.structure, "is not a global telephone number")
        }
        return [UInt8(ascii: "+")] + digits
    }

    /// `unreserved` and `user-unreserved` of RFC 3261 §25.1.
    private static func isUserCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "~"), UInt8(ascii: "*"), UInt8(ascii: "'"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: ","),
            UInt8(ascii: ";"), UInt8(ascii: "?"), UInt8(ascii: "/"):
            true
        default: ASCII.isAlphanumeric(byte)
        }
    }
}

extension IMPU {
    package func hash(into hasher: inout Hasher) { hasher.combine(octets: bytes) }
}

extension IMPU: CustomStringConvertible {
    package var description: String { text }
}
