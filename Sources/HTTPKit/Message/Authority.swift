internal import Base

/// `host [":" port]` as it stands in `Host`, in `:authority` and in an absolute target (RFC 3986 §3.2.2-3.2.3); never user information.
enum Authority {
    private static let portDigitsMax = 5

    /// Empty is one, too: that of a target that has none (RFC 9110 §7.2).
    @inline(__always) static func isValid(_ text: ByteView) -> Bool {
        guard text.isAll(HTTPCharacters.authority, surely: { $0.isLowerCase | $0.isDigit | $0.isHyphenOrDot | $0.equals(UInt8(ascii: ":")) }) else {
            return false
        }
        return text.isEmpty || hasForm(text)
    }

    private static func hasForm(_ text: ByteView) -> Bool {
        guard text.first == UInt8(ascii: "[") else {
            let end = text.position(of: UInt8(ascii: ":")) ?? text.count
            return isName(text.view(0..<end)) && isPort(text.view(end..<text.count))
        }
        guard let bracket = text.position(of: UInt8(ascii: "]")) else { return false }
        return isAddress(text.view(1..<bracket)) && isPort(text.view(bracket + 1..<text.count))
    }

    /// A comma could be in a name, and is refused: it is what two Host fields look like once somebody has made them one.
    private static func isName(_ text: ByteView) -> Bool {
        for (position, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","): return false
            case UInt8(ascii: "%"):
                guard position + 2 < text.count, Hex.isDigit(text[position + 1]), Hex.isDigit(text[position + 2]) else {
                    return false
                }
            default: continue
            }
        }
        return !text.isEmpty
    }

    /// What may be in an IPv6 address; whether it is one matters to nobody here.
    private static func isAddress(_ text: ByteView) -> Bool {
        text.position(of: UInt8(ascii: ":")) != nil
            && text.allSatisfy { Hex.isDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
    }

    /// - Parameter text: with its colon; empty where there is no port.
    private static func isPort(_ text: ByteView) -> Bool {
        guard let first = text.first else { return true }
        return first == UInt8(ascii: ":") && text.count <= portDigitsMax + 1 && text.dropFirst().allSatisfy(ASCII.isDigit)
    }
}
