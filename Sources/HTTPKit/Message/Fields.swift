internal import Base

/// Header fields in the order they came, names compared without regard to ASCII case (RFC 9110 §5.1).
///
/// All names and values lie in one byte buffer, as the lines HTTP/1.1 sends them in: a message costs two allocations however many fields
/// it has, and a head is read and written as one piece.
package struct Fields: Sendable, ExpressibleByDictionaryLiteral {
    private struct Entry {
        let nameStart: Int32
        let nameCount: Int32
        let valueStart: Int32
        let valueCount: Int32
        /// Whether the value is another one in every message.
        let isFresh: Bool

        @inline(__always) var name: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameCount) }
        @inline(__always) var value: Range<Int> { Int(valueStart)..<Int(valueStart) + Int(valueCount) }
    }

    /// `name: value CRLF` of every field and nothing else.
    private(set) var lines: [UInt8] = []
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

    package func bytes(of name: String) -> ArraySlice<UInt8>? {
        find(name) { lines[$0] }
    }

    /// The value of a field that is there once; nil where it is absent or there twice.
    package func onlyValue(_ name: StaticString) -> ArraySlice<UInt8>? {
        let found = look(for: name)
        return found.count == 1 ? lines[found.value] : nil
    }

    package func values(_ name: String) -> [String] {
        entries(of: name).map { String(decoding: lines[$0.value], as: UTF8.self) }
    }

    /// Adds a field. What would break a message's framing (CR, LF, NUL) is our bug, not the world's.
    package mutating func append(_ name: String, _ value: String) {
        var (name, value) = (name, value)
        name.withUTF8 { name in value.withUTF8 { append(name: ByteView(name), value: ByteView($0)) } }
    }

    /// - Parameter isFresh: whether the value is another one in every message, so that a peer need not remember it.
    package mutating func append(_ name: StaticString, _ value: [UInt8], isFresh: Bool = false) {
        assert(name.view.isAll(HTTPCharacters.token), "a field name is a token")
        value.withUnsafeBytes { value in
            precondition(value.isFieldContent, "a field value holds no control characters")
            append(checkedName: name.view, value: value, isFresh: isFresh)
        }
    }

    /// - Parameter value: not negative.
    package mutating func append(_ name: StaticString, decimal value: Int, isFresh: Bool = false) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var writer = ByteWriter(room: digits)
            writer.append(decimal: value)
            append(checkedName: name.view, value: ByteView(rebasing: ByteView(digits)[..<writer.count]), isFresh: isFresh)
        }
    }

    private mutating func append(name: ByteView, value: ByteView) {
        precondition(!name.isEmpty && name.isAll(HTTPCharacters.token), "a field name is a token")
        precondition(value.isFieldContent, "a field value holds no control characters")
        append(checkedName: name, value: value)
    }

    /// What a decoder has looked at already.
    mutating func append(checkedName name: ByteView, value: ByteView, isFresh: Bool = false) {
        let nameStart = lines.count
        let valueStart = nameStart + name.count + 2
        lines.append(countMax: name.count + value.count + 4) { line in
            line.append(name)
            line.append(": ")
            line.append(value)
            line.append("\r\n")
        }
        note(name: nameStart..<nameStart + name.count, value: valueStart..<valueStart + value.count, isFresh: isFresh)
    }

    /// Makes room for so many bytes of lines and fields in all.
    package mutating func reserve(byteCount: Int, count: Int) {
        lines.reserveCapacity(byteCount)
        entries.reserveCapacity(count)
    }

    /// Visits name and value of each field as bytes.
    package func forEach(_ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
        for entry in entries { body(lines[entry.name], lines[entry.value]) }
    }

    /// Whether a comma-separated field has this token (RFC 9110 §5.6.1), in any case.
    package func hasToken(_ token: String, in name: String) -> Bool {
        var token = token
        return token.withUTF8 { token in
            entries(of: name).contains { entry in lines.withUnsafeBytes { $0.view(entry.value).listHas(ByteView(token)) } }
        }
    }

    private func entries(of name: String) -> [Entry] { entries.filter { matches($0, name) } }

    private func find<Found>(_ name: String, _ found: (Range<Int>) -> Found) -> Found? {
        for entry in entries where matches(entry, name) { return found(entry.value) }
        return nil
    }

    private func matches(_ entry: Entry, _ wanted: String) -> Bool {
        guard wanted.utf8.count == Int(entry.nameCount) else { return false }
        var wanted = wanted
        return wanted.withUTF8 { wanted in lines.withUnsafeBytes { $0.view(entry.name).equalsIgnoringCase(ByteView(wanted)) } }
    }
}

// MARK: for decoders

extension Fields {
    /// Forgets every field and keeps the memory, if nobody else has it.
    mutating func removeAll() {
        lines.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    /// Takes over field lines as they are; `note` says where in them the fields are.
    init(lines: ByteView, countMax: Int) {
        self.lines = Array(lines)
        entries.reserveCapacity(countMax)
    }

    /// Where name and value of the next field lie in the lines, both checked.
    @inline(__always) mutating func note(name: Range<Int>, value: Range<Int>, isFresh: Bool = false) {
        entries.append(
            Entry(
                nameStart: Int32(truncatingIfNeeded: name.lowerBound), nameCount: Int32(truncatingIfNeeded: name.count),
                valueStart: Int32(truncatingIfNeeded: value.lowerBound), valueCount: Int32(truncatingIfNeeded: value.count), isFresh: isFresh))
    }

    /// Visits name and value of each field, lent for the call.
    func forEachView(_ body: (_ name: ByteView, _ value: ByteView, _ isFresh: Bool) -> Void) {
        lines.withUnsafeBytes { lines in
            let entries = entries.span
            for index in entries.indices {
                let entry = entries[index]
                body(lines.view(entry.name), lines.view(entry.value), entry.isFresh)
            }
        }
    }

    /// Visits the name of each field, lent for the call, and where in `lines` its value is.
    @inline(__always) func forEachName(_ body: (_ name: ByteView, _ value: Range<Int>) -> Void) {
        lines.withUnsafeBytes { lines in
            let entries = entries.span
            for index in entries.indices { body(lines.view(entries[index].name), entries[index].value) }
        }
    }

    /// How many fields have this name, and where in `lines` the value of the last one is.
    @inline(__always) func look(for name: StaticString) -> (count: Int, value: Range<Int>) {
        let wanted = name.view
        return lines.withUnsafeBytes { lines in
            var (count, value) = (0, 0..<0)
            let entries = entries.span
            for index in entries.indices
            where Int(entries[index].nameCount) == wanted.count && lines.view(entries[index].name).equalsIgnoringCase(wanted) {
                count += 1
                value = entries[index].value
            }
            return (count, value)
        }
    }

    /// Lends a value that `look` found.
    @inline(__always) func withValue<Result>(_ range: Range<Int>, _ body: (ByteView) -> Result) -> Result {
        lines.withUnsafeBytes { body($0.view(range)) }
    }
}
