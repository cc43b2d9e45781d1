internal import Base

/// Reads and writes IP addresses: text on one side, octets on the other.
enum IPAddressText {
    /// - Returns: four octets, or nil.
    static func ipv4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard part.count <= 3, let value = part.decimal(cappedAbove: 255), let octet = UInt8(exactly: value) else { return nil }
            octets.append(octet)
        }
        return octets
    }

    /// Reads an IPv6 address in all forms of RFC 4291 §2.2, without a zone.
    ///
    /// - Returns: sixteen octets, or nil.
    static func ipv6(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard (2...45).contains(text.count) else { return nil }
        guard let gap = doubleColon(in: text) else {
            guard let octets = groups(text, mayEndInIPv4: true), octets.count == 16 else { return nil }
            return octets
        }
        guard let head = groups(text[..<gap], mayEndInIPv4: false), let tail = groups(text[(gap + 2)...], mayEndInIPv4: true),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func doubleColon(in text: ArraySlice<UInt8>) -> Int? {
        text.indices.dropLast().first { text[$0] == ASCII.colon && text[$0 + 1] == ASCII.colon }
    }

    private static func groups(_ text: ArraySlice<UInt8>, mayEndInIPv4: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var octets: [UInt8] = []
        let parts = text.split(separator: ASCII.colon, omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInIPv4, index == parts.count - 1, let last = ipv4(part) {
                octets += last
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var value: UInt16 = 0
            for byte in part {
                guard let digit = Hex.value(of: byte) else { return nil }
                value = value << 4 | UInt16(digit)
            }
            octets += [UInt8(value >> 8), UInt8(value & 0xff)]
        }
        return octets
    }

    /// Writes an IPv6 address as RFC 5952 demands: lower case, no leading zeros, the first longest run of two or more zero groups as `::`.
    static func writeIPv6(_ octets: [UInt8]) -> [UInt8] {
        let groups = stride(from: 0, to: octets.count - 1, by: 2).map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
        let gap = longestZeroRun(groups)
        let write = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        let text = gap.count < 2 ? write(groups[...]) : write(groups[..<gap.lowerBound]) + "::" + write(groups[gap.upperBound...])
        return Array(text.utf8)
    }

    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 { start = index + 1 } else if index + 1 - start > longest.count { longest = start..<(index + 1) }
        }
        return longest
    }
}
