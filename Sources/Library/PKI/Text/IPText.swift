internal import Glibc

/// Reads and writes IPv4 and IPv6 addresses and networks: text on one side, the octets of RFC 5280 §4.2.1.6 and §4.2.1.10 on the other.
enum IPText {
    /// - Returns: 4 or 16 octets, or nil.
    static func octets(_ text: String) -> [UInt8]? {
        guard !text.utf8.contains(0) else { return nil }
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var octets = [UInt8](repeating: 0, count: count)
            // Safety: each family writes as many octets as the array has.
            if inet_pton(family, text, &octets) == 1 { return octets }
        }
        return nil
    }

    /// - Returns: nil unless there are 4 or 16 octets.
    static func text(_ octets: some Collection<UInt8>) -> String? {
        guard octets.count == 4 || octets.count == 16 else { return nil }
        var text = [UInt8](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let written = text.withUnsafeMutableBytes { place in
            // Safety: reads 4 or 16 octets by family, writes at most INET6_ADDRSTRLEN octets with the final zero.
            inet_ntop(octets.count == 4 ? AF_INET : AF_INET6, Array(octets), place.baseAddress, socklen_t(INET6_ADDRSTRLEN)) != nil
        }
        return written ? String(decoding: text.prefix { $0 != 0 }, as: UTF8.self) : nil
    }

    /// The canonical text of an address.
    ///
    /// - Throws: `.malformed`, naming the text.
    static func canonical(_ text: String) throws(PKIError) -> String {
        guard let octets = octets(text), let canonical = IPText.text(octets) else {
            throw PKIError(.malformed, "\(Printable.text(text.utf8)) is not an IP address")
        }
        return canonical
    }

    /// `ADDRESS[/BITS]` as `ADDRESS/MASK`.
    ///
    /// - Throws: `.malformed`, naming the text.
    static func addressAndMask(_ text: String) throws(PKIError) -> String {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let octets = octets(String(first)), let bits = parts.count == 2 ? Int(parts[1]) : octets.count * 8,
            0...octets.count * 8 ~= bits, let mask = IPText.text(octets.indices.map { maskOctet(bits - 8 * $0) }), let address = IPText.text(octets)
        else { throw PKIError(.malformed, "\(Printable.text(text.utf8)) is not an IP address or network") }
        return "\(address)/\(mask)"
    }

    /// Address and mask of a name constraint as `ADDRESS/BITS`, or `ADDRESS/MASK` where the mask has holes.
    static func network(_ octets: [UInt8]) -> String? {
        let count = octets.count / 2
        let mask = octets.suffix(count)
        guard octets.count == 2 * count, let address = text(octets.prefix(count)), let maskText = text(mask) else { return nil }
        let bits = mask.reduce(0) { $0 + $1.nonzeroBitCount }
        let isPrefix = Array(mask) == (0..<count).map { maskOctet(bits - 8 * $0) }
        return "\(address)/\(isPrefix ? String(bits) : maskText)"
    }

    /// The octet of a mask that has `bits` ones left.
    private static func maskOctet(_ bits: Int) -> UInt8 { bits >= 8 ? 0xff : bits <= 0 ? 0 : ~(0xff >> UInt8(bits)) }
}
