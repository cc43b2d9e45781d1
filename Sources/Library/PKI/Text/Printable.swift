internal import Base

/// Text from outside, made safe for a terminal.
enum Printable {
    /// The octets as text: printable ASCII as it is, all else and the backslash as `\xNN`.
    static func text(_ octets: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        for octet in octets {
            if ASCII.isPrintable(octet), octet != ASCII.backslash { text.append(octet) } else { text += "\\x".utf8 + Hex.encodeBytes([octet]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
