internal import Base

extension SIPURI {
    /// The key of an address of record: scheme, user and host only.
    ///
    /// Escapes are resolved where the character may stand for itself in a user part; other escapes get upper-case digits. The host is
    /// in lower case. Password, port, parameters and header components are left out. A tel URI keeps its digits and `phone-context`.
    /// Two different users never have one key: `@`, `:`, `%` and NUL stay escaped.
    ///
    /// Source: RFC 3261 §10.3 step 5, RFC 3966 §4.
    package var canonicalAddressOfRecord: [UInt8] {
        switch scheme {
        case .sip: Array("sip:".utf8) + userAndHost
        case .sips: Array("sips:".utf8) + userAndHost
        case .tel: Array("tel:".utf8) + canonicalNumber
        case .other(let name): name + [ASCII.colon] + opaque
        }
    }

    private var userAndHost: [UInt8] {
        let hostBytes = host?.bytes ?? []
        guard let user else { return hostBytes }
        return Self.normalised(user) { Self.isUnreserved($0) || Self.userMarks.contains($0) } + [ASCII.at] + hostBytes
    }

    private var canonicalNumber: [UInt8] {
        let number = ASCII.lowercased(opaque.filter { !Self.visualSeparators.contains($0) })
        guard let context = parameter("phone-context")?.value else { return number }
        return number + Array(";phone-context=".utf8) + ASCII.lowercased(context)
    }

    /// Whether two URIs are equivalent by the standards.
    ///
    /// Source: RFC 3261 §19.1.4, RFC 3966 §4.
    package func isEquivalent(to other: SIPURI) -> Bool {
        guard scheme == other.scheme else { return false }
        guard isSIP else { return canonicalAddressOfRecord == other.canonicalAddressOfRecord }
        return Self.same(user, other.user) && Self.same(password, other.password)
            && host == other.host && port == other.port
            && parametersMatch(other) && headersMatch(other)
    }

    /// Compares parameters. One that is in both must match; these four may not be in one only; any other in one only is ignored.
    private func parametersMatch(_ other: SIPURI) -> Bool {
        let mustBeInBoth: [StaticString] = ["user", "ttl", "method", "maddr"]
        for name in mustBeInBoth where (parameter(name) == nil) != (other.parameter(name) == nil) { return false }
        return parameters.allSatisfy { mine in
            guard let theirs = other.parameters.first(where: { Self.sameIgnoringCase($0.name, mine.name) }) else { return true }
            return Self.sameIgnoringCase(mine.value ?? [], theirs.value ?? [])
        }
    }

    /// Compares header components. None is ignored, and their order does not matter.
    private func headersMatch(_ other: SIPURI) -> Bool {
        guard headers.count == other.headers.count else { return false }
        var rest = other.headers
        for mine in headers {
            let found = rest.firstIndex { Self.sameIgnoringCase($0.name, mine.name) && Self.same($0.value, mine.value) }
            guard let found else { return false }
            rest.remove(at: found)
        }
        return true
    }

    /// Compares text with escapes: a reserved character differs from its escape, any other is the same as its escape (§19.1.4).
    private static func same(_ left: [UInt8]?, _ right: [UInt8]?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left == right || normalised(left, isUnreserved) == normalised(right, isUnreserved)
    }

    private static func sameIgnoringCase(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        normalised(left, isUnreserved).equalsIgnoringCase(normalised(right, isUnreserved))
    }

    /// Resolves the escapes of bytes for which `mayStand` is true, and writes the others with upper-case digits.
    private static func normalised(_ text: [UInt8], _ mayStand: (UInt8) -> Bool) -> [UInt8] {
        guard text.contains(ASCII.percent) else { return text }
        var out: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            guard byte == ASCII.percent, let first = digits.first, let last = digits.dropFirst().first,
                let high = Hex.value(of: first), let low = Hex.value(of: last)
            else {
                out.append(byte)
                continue
            }
            rest = rest.dropFirst(2)
            let value = high << 4 | low
            if mayStand(value) { out.append(value) } else { out += [ASCII.percent, upper(first), upper(last)] }
        }
        return out
    }

    private static func upper(_ byte: UInt8) -> UInt8 { ASCII.isLetter(byte) ? byte & 0xdf : byte }
}
