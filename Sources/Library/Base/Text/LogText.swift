/// Text from outside, made safe for a line of a log or of a terminal: it stays on its line and in its place.
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

    /// Also the bidirectional overrides, which make a line read other than it is.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
