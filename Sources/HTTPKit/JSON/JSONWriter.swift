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

    /// The name of the member whose value is written next: text that stands for itself, which is not looked at again.
    package mutating func member(_ name: StaticString) {
        assert(JSONWriter.standsForItself(name.view), "\(name) has to be escaped")
        bytes.append(countMax: name.utf8CodeUnitCount + 4) { output in
            if needsComma { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "\""))
            output.append(name)
            output.append("\":")
        }
        needsComma = false
    }

    package mutating func member(_ name: StaticString, _ value: String) {
        member(name)
        string(value)
    }

    package mutating func member(_ name: StaticString, _ value: Int) {
        member(name)
        int(value)
    }

    package mutating func member(_ name: StaticString, _ value: Bool) {
        member(name)
        bool(value)
    }

    /// The same with a name from outside.
    @_disfavoredOverload
    package mutating func member(_ name: String) {
        var name = name
        name.withUTF8 { appendQuoted(ByteView($0), isName: true) }
        needsComma = false
    }

    @_disfavoredOverload
    package mutating func member(_ name: String, _ value: String) {
        member(name)
        string(value)
    }

    @_disfavoredOverload
    package mutating func member(_ name: String, _ value: Int) {
        member(name)
        int(value)
    }

    package mutating func null() { scalar("null") }
    package mutating func bool(_ value: Bool) { scalar(value ? "true" : "false") }
    package mutating func int(_ value: Int) { scalar(String(value)) }
    package mutating func number(_ value: JSONNumber) { scalar(value.text) }

    package mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { appendQuoted(ByteView($0)) }
    }

    /// Text that is UTF-8 already; what is not becomes U+FFFD, so that the JSON stays valid.
    package mutating func string(utf8 text: ArraySlice<UInt8>) {
        let isASCII = text.withUnsafeBufferPointer { text in
            guard text.allSatisfy({ $0 < 0x80 }) else { return false }
            appendQuoted(ByteView(text))
            return true
        }
        if !isASCII { string(String(decoding: text, as: UTF8.self)) }
    }

    package mutating func string(utf8 text: [UInt8]) { string(utf8: text[...]) }

    /// A string of lower-case hexadecimal digits, two an octet.
    package mutating func hex(_ octets: [UInt8]) { octets.withUnsafeBytes { hex($0) } }

    package mutating func hex(_ octets: UnsafeRawBufferPointer) {
        bytes.append(countMax: 2 * octets.count + 3) { output in
            if needsComma { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "\""))
            output.append(hex: octets)
            output.append(UInt8(ascii: "\""))
        }
        needsComma = true
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
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func appendQuoted(_ text: ByteView, isName: Bool = false) {
        // An escape is six bytes at the most.
        let countMax = JSONWriter.standsForItself(text) ? text.count : 6 * text.count
        bytes.append(countMax: countMax + 4) { output in
            if needsComma { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "\""))
            if countMax == text.count {
                output.append(text)
            } else {
                for byte in text { JSONWriter.appendEscaped(byte, to: &output) }
            }
            output.append(UInt8(ascii: "\""))
            if isName { output.append(UInt8(ascii: ":")) }
        }
        needsComma = true
    }

    private static func standsForItself(_ text: ByteView) -> Bool {
        var escapes: UInt8 = 0
        for byte in text { escapes |= byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 1 : 0 }
        return escapes == 0
    }

    /// Escapes what RFC 8259 §7 says must be: the quote, the backslash and U+0000 to U+001F.
    private static func appendEscaped(_ byte: UInt8, to output: inout ByteWriter) {
        switch byte {
        case UInt8(ascii: "\""): output.append("\\\"")
        case UInt8(ascii: "\\"): output.append("\\\\")
        case 0x08: output.append("\\b")
        case 0x09: output.append("\\t")
        case 0x0a: output.append("\\n")
        case 0x0c: output.append("\\f")
        case 0x0d: output.append("\\r")
        case 0..<0x20:
            output.append("\\u00")
            withUnsafeBytes(of: byte) { output.append(hex: $0) }
        default: output.append(byte)
        }
    }
}
