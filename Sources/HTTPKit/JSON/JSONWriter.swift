package import Base

/// Writes JSON into bytes, with its commas, quotes and escapes.
///
///     var writer = JSONWriter()
///     writer.beginObject()
///     writer.member("name", name)
///     writer.endObject()
///     return writer.bytes
///
/// The caller has to end every object and array that it begins, to write a value after every name, and to write no name twice in an object.
package struct JSONWriter: ~Copyable {
    // Safety: owned by this writer. Every write comes after `makeRoom`, and only `makeRoom` moves the memory.
    private var memory: UnsafeMutableRawBufferPointer
    private var count = 0
    private var needsComma = false

    package init(reservingBytes count: Int = 256) { memory = .allocate(byteCount: max(count, 64), alignment: 1) }

    deinit { memory.deallocate() }

    /// The text so far.
    package var bytes: [UInt8] { Array(UnsafeRawBufferPointer(rebasing: memory[..<count])) }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// The name of the member whose value is written next. It must not need escapes, which only debug builds check.
    package mutating func member(_ name: StaticString) {
        makeRoom(JSONWriter.bytesMax(name))
        put(name: name)
    }

    private static func bytesMax(_ name: StaticString) -> Int { name.utf8CodeUnitCount + 4 }

    @inline(__always) private mutating func put(name: StaticString) {
        assert(JSONWriter.standsForItself(name.view), "\(name) has to be escaped")
        putComma()
        put(UInt8(ascii: "\""))
        put(name.view)
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func member(_ name: StaticString, _ value: String) {
        member(name)
        string(value)
    }

    /// A member whose value is ASCII text.
    package mutating func member(_ name: StaticString, ascii value: [UInt8]) {
        member(name)
        value.withUnsafeBytes { appendQuoted($0) }
    }

    /// A member whose value is a string of two lower-case hexadecimal digits for each octet.
    package mutating func member(_ name: StaticString, hex octets: SixteenOctets) { octets.withOctets { member(name, hex: $0) } }

    /// The same for a secret, of which no copy is left behind.
    package mutating func member(_ name: StaticString, hex secret: SecretOctets) { secret.withOctets { member(name, hex: $0) } }

    private mutating func member(_ name: StaticString, hex octets: ByteView) {
        makeRoom(JSONWriter.bytesMax(name) + 2 * octets.count + 2)
        put(name: name)
        putQuoted(hex: octets)
    }

    package mutating func member(_ name: StaticString, _ value: Int) {
        member(name)
        int(value)
    }

    package mutating func member(_ name: StaticString, _ value: Bool) {
        member(name)
        bool(value)
    }

    /// A member whose name is not known beforehand and may need escapes.
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
    package mutating func int(_ value: Int) {
        guard value >= 0 else { return scalar(String(value)) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var writer = ByteWriter(room: digits)
            writer.append(decimal: value)
            scalar(ByteView(rebasing: ByteView(digits)[..<writer.count]))
        }
    }

    package mutating func number(_ value: JSONNumber) { scalar(value.text) }

    package mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { appendQuoted(ByteView($0)) }
    }

    /// A string given as UTF-8. Malformed bytes become U+FFFD, so that the JSON stays valid.
    package mutating func string(utf8 text: ArraySlice<UInt8>) {
        let isASCII = text.withUnsafeBufferPointer { text in
            guard text.allSatisfy({ $0 < 0x80 }) else { return false }
            appendQuoted(ByteView(text))
            return true
        }
        if !isASCII { string(String(decoding: text, as: UTF8.self)) }
    }

    package mutating func string(utf8 text: [UInt8]) { string(utf8: text[...]) }

    /// A string of two lower-case hexadecimal digits for each octet.
    package mutating func hex(_ octets: [UInt8]) { octets.withUnsafeBytes { hex($0) } }

    package mutating func hex(_ octets: UnsafeRawBufferPointer) {
        makeRoom(2 * octets.count + 3)
        putComma()
        putQuoted(hex: octets)
    }

    private mutating func open(_ bracket: UInt8) {
        makeRoom(2)
        putComma()
        put(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        makeRoom(1)
        put(bracket)
        needsComma = true
    }

    private mutating func scalar(_ text: String) {
        var text = text
        text.withUTF8 { scalar(ByteView($0)) }
    }

    private mutating func scalar(_ text: ByteView) {
        makeRoom(text.count + 1)
        putComma()
        put(text)
        needsComma = true
    }

    private mutating func appendQuoted(_ text: ByteView, isName: Bool = false) {
        // An escape has at most six bytes.
        let isPlain = JSONWriter.standsForItself(text)
        makeRoom((isPlain ? 1 : 6) * text.count + 4)
        putComma()
        put(UInt8(ascii: "\""))
        if isPlain { put(text) } else { for byte in text { putEscaped(byte) } }
        put(UInt8(ascii: "\""))
        if isName { put(UInt8(ascii: ":")) }
        needsComma = true
    }

    private static func standsForItself(_ text: ByteView) -> Bool { text.hasNoMark { $0.isEscapedInJSON & ~$0 } }

    /// Writes a byte, escaped where RFC 8259 §7 requires it: the quote, the backslash and U+0000 to U+001F.
    private mutating func putEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): put("\\\"")
        case UInt8(ascii: "\\"): put("\\\\")
        case 0x08: put("\\b")
        case 0x09: put("\\t")
        case 0x0a: put("\\n")
        case 0x0c: put("\\f")
        case 0x0d: put("\\r")
        case 0..<0x20:
            put("\\u00")
            withUnsafeBytes(of: byte) { put(hex: $0) }
        default: put(byte)
        }
    }
}

// MARK: bytes

extension JSONWriter {
    /// Makes room for `countMax` more bytes.
    @inline(__always) private mutating func makeRoom(_ countMax: Int) { if memory.count - count < countMax { grow(countMax) } }

    private mutating func grow(_ countMax: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(2 * memory.count, count + countMax), alignment: 1)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        memory.deallocate()
        memory = larger
    }

    @inline(__always) private mutating func put(_ byte: UInt8) {
        precondition(count < memory.count, "room was made for it")
        memory[count] = byte
        count += 1
    }

    @inline(__always) private mutating func put(_ text: StaticString) { put(text.view) }

    @inline(__always) private mutating func put(_ text: ByteView) {
        precondition(text.count <= memory.count - count, "room was made for it")
        UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + text.count]).copyMemory(from: text)
        count += text.count
    }

    @inline(__always) private mutating func put(hex octets: ByteView) {
        Hex.write(octets, to: UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
        count += 2 * octets.count
    }

    @inline(__always) private mutating func putComma() { if needsComma { put(UInt8(ascii: ",")) } }

    private mutating func putQuoted(hex octets: ByteView) {
        put(UInt8(ascii: "\""))
        put(hex: octets)
        put(UInt8(ascii: "\""))
        needsComma = true
    }
}

extension ByteBlock {
    /// The quote, the backslash and U+0000 to U+001F (RFC 8259 §7).
    @inline(__always) var isEscapedInJSON: ByteBlock { isBelow(0x20) | equals(UInt8(ascii: "\"")) | equals(UInt8(ascii: "\\")) }
}
