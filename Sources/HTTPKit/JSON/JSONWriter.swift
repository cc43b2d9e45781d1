/// Writes JSON straight into bytes; commas, quotes and escapes are its business.
///
///     var writer = JSONWriter()
///     writer.beginObject()
///     writer.member("impi", impi.text)
///     writer.endObject()
///     return writer.bytes
///
/// That every `begin` has its `end` and every name its value is the caller's business, as is not to write a name twice.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(reservingBytes count: Int = 256) { bytes.reserveCapacity(count) }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// The name of the member whose value is written next.
    package mutating func member(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func member(_ name: String, _ value: String) {
        member(name)
        string(value)
    }

    package mutating func member(_ name: String, _ value: Int) {
        member(name)
        int(value)
    }

    package mutating func member(_ name: String, _ value: Bool) {
        member(name)
        bool(value)
    }

    package mutating func null() { scalar("null") }
    package mutating func bool(_ value: Bool) { scalar(value ? "true" : "false") }
    package mutating func int(_ value: Int) { scalar(String(value)) }
    package mutating func number(_ value: JSONNumber) { scalar(value.text) }

    package mutating func string(_ text: String) {
        comma()
        var text = text
        text.withUTF8 { appendQuoted(ByteView($0)) }
    }

    /// Text that is UTF-8 already; what is not becomes U+FFFD, so that the JSON stays valid.
    package mutating func string(utf8 text: ArraySlice<UInt8>) {
        let isASCII = text.withUnsafeBufferPointer { text in
            guard text.allSatisfy({ $0 < 0x80 }) else { return false }
            comma()
            appendQuoted(ByteView(text))
            return true
        }
        if !isASCII { string(String(decoding: text, as: UTF8.self)) }
    }

    package mutating func string(utf8 text: [UInt8]) { string(utf8: text[...]) }

    /// A string of lower-case hexadecimal digits, two an octet.
    package mutating func hex(_ octets: [UInt8]) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        octets.withUnsafeBytes { appendDigits($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendDigits(_ octets: ByteView) {
        withUnsafeTemporaryAllocation(byteCount: 2 * octets.count, alignment: 1) { text in
            for index in 0..<octets.count {
                text[2 * index] = Self.digit(octets[index] >> 4)
                text[2 * index + 1] = Self.digit(octets[index] & 0x0f)
            }
            bytes.append(contentsOf: text)
        }
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        comma()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func scalar(_ text: String) {
        comma()
        bytes += text.utf8
    }

    private mutating func appendQuoted(_ text: ByteView) {
        bytes.append(UInt8(ascii: "\""))
        if JSONWriter.standsForItself(text) {
            bytes.append(contentsOf: text)
        } else {
            for byte in text { appendEscaped(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func standsForItself(_ text: ByteView) -> Bool {
        var escapes: UInt8 = 0
        for byte in text { escapes |= byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 1 : 0 }
        return escapes == 0
    }

    /// Escapes what RFC 8259 §7 says must be: the quote, the backslash and U+0000 to U+001F.
    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): appendEscape(byte)
        case 0x08: appendEscape(UInt8(ascii: "b"))
        case 0x09: appendEscape(UInt8(ascii: "t"))
        case 0x0a: appendEscape(UInt8(ascii: "n"))
        case 0x0c: appendEscape(UInt8(ascii: "f"))
        case 0x0d: appendEscape(UInt8(ascii: "r"))
        case 0..<0x20:
            bytes += "\\u00".utf8
            bytes.append(Self.digit(byte >> 4))
            bytes.append(Self.digit(byte & 0x0f))
        default: bytes.append(byte)
        }
    }

    private mutating func appendEscape(_ letter: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(letter)
    }

    @inline(__always) private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? nibble + UInt8(ascii: "0") : nibble - 10 + UInt8(ascii: "a")
    }
}
