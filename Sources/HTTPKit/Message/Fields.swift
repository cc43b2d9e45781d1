/// Header fields in the order they came, names compared without regard to ASCII case (RFC 9110 §5.1).
///
/// All names and values lie in one byte buffer: a message costs two allocations however many fields it has.
package struct Fields: Sendable, ExpressibleByDictionaryLiteral {
    private struct Entry {
        let nameStart: Int32
        let nameCount: Int32
        let valueStart: Int32
        let valueCount: Int32
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// The first value, or nil where the field is absent.
    package subscript(_ name: String) -> String? {
        bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
    }

    package func bytes(of name: String) -> ArraySlice<UInt8>? { find(name).first.map { value(entries[$0]) } }

    package func values(_ name: String) -> [String] {
        var found: [String] = []
        for entry in entries where matches(entry, name) { found.append(String(decoding: value(entry), as: UTF8.self)) }
        return found
    }

    package func count(of name: String) -> Int { find(name).count }

    /// Where the first field of that name is, and how many there are.
    private func find(_ name: String) -> (first: Int?, count: Int) {
        guard !entries.isEmpty else { return (nil, 0) }
        var name = name
        return name.withUTF8 { wanted in
            // Safety: entries lie within `bytes`, which nobody changes meanwhile.
            bytes.withUnsafeBufferPointer { bytes in
                var first: Int?
                var count = 0
                for position in 0..<entries.count where Int(entries[position].nameCount) == wanted.count {
                    let entry = entries[position]
                    let name = UnsafeBufferPointer(rebasing: bytes[Int(entry.nameStart)..<Int(entry.nameStart + entry.nameCount)])
                    guard ASCII.areEqualIgnoringCase(name, wanted) else { continue }
                    if first == nil { first = position }
                    count += 1
                }
                return (first, count)
            }
        }
    }

    /// Adds a field. What would break a message's framing (CR, LF, NUL) is our bug, not the world's.
    package mutating func append(_ name: String, _ value: String) {
        var (name, value) = (name, value)
        name.withUTF8 { name in
            value.withUTF8 { value in
                precondition(ASCII.areToken(name), "a field name is a token")
                precondition(ASCII.areFieldContent(value), "a field value holds no control characters")
                append(checkedName: name, value: value)
            }
        }
    }

    package mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        precondition(!name.isEmpty && name.allSatisfy(ASCII.isToken), "a field name is a token")
        precondition(value.allSatisfy(ASCII.isFieldContent), "a field value holds no control characters")
        append(checkedName: name, value: value)
    }

    /// What a decoder has looked at already.
    mutating func append(checkedName name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        if entries.isEmpty {
            entries.reserveCapacity(8)
            bytes.reserveCapacity(192)
        }
        let nameStart = bytes.count
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: value)
        entries.append(
            Entry(nameStart: Int32(nameStart), nameCount: Int32(name.count), valueStart: Int32(nameStart + name.count), valueCount: Int32(value.count)))
    }

    mutating func append(checkedName name: some Collection<UInt8>, value: some Collection<UInt8>) {
        let nameStart = bytes.count
        bytes.append(contentsOf: name)
        let valueStart = bytes.count
        bytes.append(contentsOf: value)
        entries.append(
            Entry(
                nameStart: Int32(nameStart), nameCount: Int32(valueStart - nameStart),
                valueStart: Int32(valueStart), valueCount: Int32(bytes.count - valueStart)))
    }

    /// Replaces every field of that name by one.
    package mutating func set(_ name: String, _ value: String) {
        entries = entries.filter { !matches($0, name) }
        append(name, value)
    }

    /// Visits name and value of each field as bytes.
    package func forEach(_ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
        for entry in entries { body(name(entry), value(entry)) }
    }

    /// Appends `name: value` lines as HTTP/1.1 has them.
    func appendLines(to output: inout [UInt8]) {
        bytes.withUnsafeBufferPointer { bytes in
            for entry in entries {
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[Int(entry.nameStart)..<Int(entry.nameStart + entry.nameCount)]))
                output.append(UInt8(ascii: ":"))
                output.append(ASCII.space)
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[Int(entry.valueStart)..<Int(entry.valueStart + entry.valueCount)]))
                output.append(ASCII.carriageReturn)
                output.append(ASCII.lineFeed)
            }
        }
    }

    /// Lends name and value of each field.
    func forEachBuffer(_ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            for entry in entries {
                body(
                    UnsafeBufferPointer(rebasing: bytes[Int(entry.nameStart)..<Int(entry.nameStart + entry.nameCount)]),
                    UnsafeBufferPointer(rebasing: bytes[Int(entry.valueStart)..<Int(entry.valueStart + entry.valueCount)]))
            }
        }
    }

    /// Whether a comma-separated field has this token (RFC 9110 §5.6.1), in any case.
    package func hasToken(_ token: String, in name: String) -> Bool {
        find(name).first != nil && values(name).contains { list in
            list.utf8.split(separator: UInt8(ascii: ",")).contains { element in
                ASCII.trimmingWhitespace(element).elementsEqual(token.utf8, by: ASCII.equalIgnoringCase)
            }
        }
    }

    private func name(_ entry: Entry) -> ArraySlice<UInt8> {
        bytes[Int(entry.nameStart)..<Int(entry.nameStart + entry.nameCount)]
    }

    private func value(_ entry: Entry) -> ArraySlice<UInt8> {
        bytes[Int(entry.valueStart)..<Int(entry.valueStart + entry.valueCount)]
    }

    private func matches(_ entry: Entry, _ wanted: String) -> Bool {
        wanted.utf8.count == Int(entry.nameCount) && name(entry).elementsEqual(wanted.utf8, by: ASCII.equalIgnoringCase)
    }
}
