/// Base-64 with the standard alphabet and padding (RFC 4648 §4), strict: what `encode` would not write, `decode` refuses.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    package static func encode(_ octets: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((octets.count + 2) / 3 * 4)
        var rest = octets[...]
        while !rest.isEmpty {
            let group = Array(rest.prefix(3))
            rest = rest.dropFirst(3)
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for position in 0..<4 {
                text.append(position <= group.count ? alphabet[Int(bits >> (18 - 6 * UInt32(position)) & 0x3f)] : padding)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// - Returns: the octets, or nil for a foreign character, wrong padding, white space or stray bits in the last group.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? { decode(Array(text)) }

    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count / 4 * 3)
        var rest = text[...]
        while !rest.isEmpty {
            let group = Array(rest.prefix(4))
            rest = rest.dropFirst(4)
            let digits = group.prefix { $0 != padding }
            let isLast = rest.isEmpty
            guard digits.count >= 2, isLast || digits.count == 4, group.dropFirst(digits.count).allSatisfy({ $0 == padding }) else { return nil }
            var bits: UInt32 = 0
            for digit in digits {
                guard let value = value(of: digit) else { return nil }
                bits = bits << 6 | value
            }
            bits <<= 6 * UInt32(4 - digits.count)
            let kept = digits.count - 1
            guard kept == 3 || bits << (8 + 8 * UInt32(kept)) == 0 else { return nil }
            for position in 0..<kept { octets.append(UInt8(truncatingIfNeeded: bits >> (16 - 8 * UInt32(position)))) }
        }
        return octets
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
