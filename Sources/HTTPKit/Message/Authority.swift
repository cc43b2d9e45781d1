internal import Base

/// `host [":" port]`, as in the field `Host`, in `:authority` and in an absolute target (RFC 3986 §3.2.2-3.2.3). User information is refused.
enum Authority {
    private static let portDigitsMax = 5

    /// Whether the text is an authority. The empty text is one: that of a target without an authority (RFC 9110 §7.2).
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

    /// RFC 3986 allows a comma in a name. It is refused, because a proxy that joins two `Host` fields puts a comma between them.
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

    /// Whether the text has only characters of an IPv6 address. Whether it is one does not matter, because nothing connects to it.
    private static func isAddress(_ text: ByteView) -> Bool {
        text.position(of: UInt8(ascii: ":")) != nil
            && text.allSatisfy { Hex.isDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
    }

    /// - Parameter text: the port with its colon; empty where there is no port.
    private static func isPort(_ text: ByteView) -> Bool {
        guard let first = text.first else { return true }
        return first == UInt8(ascii: ":") && text.count <= portDigitsMax + 1 && text.dropFirst().allSatisfy(ASCII.isDigit)
    }
}
