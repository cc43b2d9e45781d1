/// Text within an XML document.
enum XMLText {
    /// Text for an element or for an attribute in quotes.
    ///
    /// Bytes that are no UTF-8, and characters that XML 1.0 does not know, not even as references, become U+FFFD (XML 1.0 §2.2).
    static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars { append(scalar, to: &text) }
        return text
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout [UInt8]) {
        switch scalar {
        case "&": text += "&amp;".utf8
        case "<": text += "&lt;".utf8
        case ">": text += "&gt;".utf8
        case "\"": text += "&quot;".utf8
        case "'": text += "&apos;".utf8
        // As themselves they would become blanks in an attribute (XML 1.0 §3.3.3).
        case "\t", "\n", "\r": text += "&#\(scalar.value);".utf8
        case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}": text += "\u{fffd}".utf8
        default: text += String(scalar).utf8
        }
    }
}
