/// Text from outside, made safe for a line of a log or of a terminal: it cannot begin another line or change the order in which the line is read.
package enum LogText {
    /// The text with DEL, the C0 and C1 controls and the Unicode line ends written as `\u{…}`, cut at `bytesMax`.
    package static func visible(_ text: String, bytesMax: Int) -> String {
        if text.utf8.count <= bytesMax, text.utf8.allSatisfy(ASCII.isPrintable) { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            guard visible.utf8.count < bytesMax else { return visible + "…" }
            if isControl(scalar) {
                visible += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    /// Among them are the bidirectional overrides, which change the order in which a line is read.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
