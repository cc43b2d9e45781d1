package import Base

/// Reads one JSON text value by value, as strictly as RFC 8259 allows, and refuses duplicate members (RFC 7493 §2.3).
///
/// The caller asks for the type it expects, and gets a value or an error that names the place:
///
///     var reader = JSONReader(body)
///     try reader.beginObject()
///     while let key = try reader.nextMember() {
///         switch key {
///         case "name": name = try reader.string()
///         default: break
///         }
///     }
///     try reader.finish()
///
/// A value that the caller does not read is skipped, and still checked. Between a value and the next `nextMember` or `nextElement`, `failure` and
/// `missing` make errors about that value. After an error the reader must not be used any more.
package struct JSONReader: ~Copyable {
    package enum Kind: Sendable { case null, bool, number, string, array, object }

    private let text: [UInt8]
    private var scanner: JSONScanner
    private let limits: JSONLimits
    /// How many objects and arrays are open.
    private var depth = 0
    private var frame = Frame(isObject: false, firstName: 0)
    private var outerFrames = ShortList<Frame>(repeating: Frame(isObject: false, firstName: 0))
    /// The names of all open objects so far, outermost first. They show duplicates, and the last name of each object is part of the path.
    private var names = ShortList<Name>(repeating: Name(start: 0, count: 0, isResolved: false, fingerprint: 0))
    /// The names that had escapes, with the escapes resolved.
    private var resolvedNames: [UInt8] = []
    /// Whether a value starts at the scanner's position and has not been read yet.
    private var isValuePending = true
    private var valueOffset = 0

    private struct Frame {
        let isObject: Bool
        /// The members or elements that have begun so far.
        var count = 0
        /// The index in `names` at which the object's names begin.
        let firstName: Int
    }

    private struct Name {
        /// Where the name begins, in `resolvedNames` or in the text.
        let start: Int32
        let count: Int32
        let isResolved: Bool
        let fingerprint: UInt64

        var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
    }

    package init(_ text: [UInt8], limits: JSONLimits = .standard) {
        self.text = text
        // Safety: an array of bytes lies in one piece of memory, which stays in its place while the array is held and not changed. The reader holds
        // it as a constant for as long as the scanner.
        scanner = JSONScanner(text.withUnsafeBytes { $0 })
        self.limits = limits
    }
}

// MARK: Values

extension JSONReader {
    /// The kind of the next value, which is not read yet.
    package mutating func peekKind() throws(JSONError) -> Kind {
        switch try beginValue() {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case 0xef where text.starts(with: [0xef, 0xbb, 0xbf]):
            throw failure(.byteOrderMark, "a byte order mark (RFC 8259 §8.1)")
        default: throw failure(.syntax, "no JSON value starts like this")
        }
    }

    package mutating func null() throws(JSONError) {
        try expect(.null, "null was expected")
        try word("null")
    }

    package mutating func bool() throws(JSONError) -> Bool {
        try expect(.bool, "true or false was expected")
        let isTrue = scanner.current == UInt8(ascii: "t")
        try word(isTrue ? "true" : "false")
        return isTrue
    }

    /// An integer in `range`, written without fraction and exponent.
    package mutating func int(in range: ClosedRange<Int> = Int.min...Int.max) throws(JSONError) -> Int {
        let number = try number()
        let integer = number.int
        guard number.isInteger || integer != nil else { throw failure(.wrongType, "an integer was expected") }
        guard let value = integer, range ~= value else {
            throw failure(.outOfRange, "an integer out of its range")
        }
        return value
    }

    package mutating func number() throws(JSONError) -> JSONNumber {
        try expect(.number, "a number was expected")
        do throws(JSONScanner.Fault) {
            let token = try scanner.number(limits)
            isValuePending = false
            return JSONNumber(checked: String(decoding: text[token.range], as: UTF8.self), isInteger: token.isInteger)
        } catch { throw located(error) }
    }

    package mutating func string() throws(JSONError) -> String {
        String(decoding: try stringBytes(), as: UTF8.self)
    }

    /// The string's UTF-8 with its escapes resolved. A string without escapes is a slice of the text, and not copied.
    package mutating func stringBytes() throws(JSONError) -> ArraySlice<UInt8> {
        let token = try stringTokenAtValue()
        return token.isEscaped ? scanner.resolve(token)[...] : text[token.range]
    }

    /// A string of 32 hexadecimal digits, as octets.
    package mutating func sixteenOctets() throws(JSONError) -> SixteenOctets {
        guard let octets = lend(try stringTokenAtValue(), { SixteenOctets(hex: $0) }) else {
            throw failure(.invalidValue, "is not 32 hexadecimal digits")
        }
        return octets
    }

    /// A string of hexadecimal digits, as octets. Digits without escapes are read from the text itself, so that no copy of the secret is left behind.
    package mutating func secretOctets() throws(JSONError) -> SecretOctets {
        guard let octets = lend(try stringTokenAtValue(), { SecretOctets(hex: $0) }) else {
            throw failure(.invalidValue, "is not an even number of hexadecimal digits")
        }
        return octets
    }

    /// Skips the next value, and checks it like any other.
    package mutating func skip() throws(JSONError) {
        let depth = depth
        try skipHead()
        while self.depth > depth {
            if frame.isObject {
                if try nextMember() != nil { try skipHead() }
            } else {
                if try nextElement() { try skipHead() }
            }
        }
    }

    /// To be called last: anything that follows the text's one value is refused.
    package mutating func finish() throws(JSONError) {
        if isValuePending { try skip() }
        guard depth == 0 else { throw failure(.nothingToRead, "finished inside an object or array") }
        guard scanner.skipWhitespace() == nil else {
            throw located(scanner.fault(.trailingText, "something follows the value"))
        }
    }

    /// Skips a scalar, or the opening of an object or array.
    private mutating func skipHead() throws(JSONError) {
        switch try peekKind() {
        case .null: try null()
        case .bool: _ = try bool()
        case .number: _ = try number()
        case .string: _ = try stringToken()
        case .array: try beginArray()
        case .object: try beginObject()
        }
    }

    /// Lends the bytes of a checked string, with its escapes resolved.
    private func lend<Value>(_ token: JSONScanner.StringToken, _ body: (ByteView) -> Value) -> Value {
        token.isEscaped ? scanner.resolve(token).withUnsafeBytes(body) : body(scanner.bytes.view(token.range))
    }

    private mutating func stringTokenAtValue() throws(JSONError) -> JSONScanner.StringToken {
        if try beginValue() != UInt8(ascii: "\"") { try expect(.string, "a string was expected") }
        return try stringToken()
    }

    private mutating func stringToken() throws(JSONError) -> JSONScanner.StringToken {
        do throws(JSONScanner.Fault) {
            let token = try scanner.string(bytesMax: limits.stringBytesMax, tooLong: .stringTooLong)
            isValuePending = false
            return token
        } catch { throw located(error) }
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        do throws(JSONScanner.Fault) { try scanner.literal(word) } catch { throw located(error) }
        isValuePending = false
    }

    private mutating func expect(_ kind: Kind, _ reason: String) throws(JSONError) {
        guard try peekKind() == kind else { throw failure(.wrongType, reason) }
    }

    /// - Returns: the first byte of the value to be read.
    private mutating func beginValue() throws(JSONError) -> UInt8 {
        guard isValuePending else { throw failure(.nothingToRead, "there is no value to read here") }
        let first = try byteAfterWhitespace()
        valueOffset = scanner.position
        return first
    }
}

// MARK: Objects and arrays

extension JSONReader {
    package mutating func beginObject() throws(JSONError) {
        try expect(.object, "an object was expected")
        try open(Frame(isObject: true, firstName: names.count))
    }

    /// - Returns: the name of the next member, whose value can be read now; nil at the end of the object.
    package mutating func nextMember() throws(JSONError) -> JSONKey? {
        guard try next(isObject: true, end: UInt8(ascii: "}")) else { return nil }
        guard frame.count <= limits.membersPerObjectMax else { throw failure(.tooManyMembers, "an object with too many members") }
        let key = try name()
        guard scanner.skipWhitespace() == UInt8(ascii: ":") else {
            throw located(scanner.fault(.syntax, "a colon was expected"))
        }
        scanner.takeOne()
        isValuePending = true
        return key
    }

    package mutating func beginArray() throws(JSONError) {
        try expect(.array, "an array was expected")
        try open(Frame(isObject: false, firstName: names.count))
    }

    /// - Returns: whether there is one more element, whose value can be read now.
    package mutating func nextElement() throws(JSONError) -> Bool {
        guard try next(isObject: false, end: UInt8(ascii: "]")) else { return false }
        guard frame.count <= limits.elementsPerArrayMax else { throw failure(.tooManyElements, "an array with too many elements") }
        isValuePending = true
        return true
    }

    private mutating func open(_ inner: Frame) throws(JSONError) {
        guard depth < limits.depthMax else { throw failure(.tooDeep, "objects and arrays too deep in one another") }
        outerFrames.append(frame)
        frame = inner
        depth += 1
        scanner.takeOne()
        isValuePending = false
    }

    /// Goes to the next member or element of the innermost object or array, past its comma.
    ///
    /// - Returns: false at the end of the object or array, which is then closed.
    private mutating func next(isObject: Bool, end: UInt8) throws(JSONError) -> Bool {
        if isValuePending { try skip() }
        guard depth > 0, frame.isObject == isObject else { throw failure(.nothingToRead, "no object or array of this kind is open") }
        let byte = try byteAfterWhitespace()
        if byte == end {
            close()
            return false
        }
        guard frame.count == 0 || byte == UInt8(ascii: ",") else { throw located(scanner.fault(.syntax, "a comma or the end was expected")) }
        frame.count += 1
        if frame.count > 1 {
            scanner.takeOne()
            guard try byteAfterWhitespace() != end else { throw located(scanner.fault(.syntax, "a comma before the end")) }
        }
        return true
    }

    @inline(__always) private mutating func byteAfterWhitespace() throws(JSONError) -> UInt8 {
        guard let byte = scanner.skipWhitespace() else { throw located(scanner.fault(.endOfText, "")) }
        return byte
    }

    private mutating func close() {
        scanner.takeOne()
        if !resolvedNames.isEmpty, let first = (frame.firstName..<names.count).first(where: { names[$0].isResolved }) {
            resolvedNames.removeSubrange(names[first].range.lowerBound...)
        }
        names.removeLast(names.count - frame.firstName)
        depth -= 1
        frame = outerFrames[depth]
        outerFrames.removeLast(1)
    }
}

// MARK: Names

extension JSONReader {
    private mutating func name() throws(JSONError) -> JSONKey {
        guard scanner.skipWhitespace() == UInt8(ascii: "\"") else {
            throw located(scanner.fault(.syntax, "a member name was expected"))
        }
        valueOffset = scanner.position
        let token: JSONScanner.StringToken
        do throws(JSONScanner.Fault) {
            token = try scanner.string(bytesMax: limits.nameBytesMax, tooLong: .nameTooLong)
        } catch { throw located(error) }
        var range = token.range
        if token.isEscaped {
            let resolved = scanner.resolve(token)
            range = resolvedNames.count..<resolvedNames.count + resolved.count
            resolvedNames += resolved
        }
        let key = JSONKey(bytes: bytes(range, isResolved: token.isEscaped))
        try note(key, range, isResolved: token.isEscaped)
        return key
    }

    private mutating func note(_ key: JSONKey, _ range: Range<Int>, isResolved: Bool) throws(JSONError) {
        let fingerprint = Self.fingerprint(key.bytes)
        var isDuplicate = false
        for index in frame.firstName..<names.count where names[index].fingerprint == fingerprint {
            if key.bytes.equals(bytes(of: names[index])) { isDuplicate = true }
        }
        names.append(
            Name(
                start: Int32(truncatingIfNeeded: range.lowerBound), count: Int32(truncatingIfNeeded: range.count), isResolved: isResolved,
                fingerprint: fingerprint))
        guard !isDuplicate else { throw failure(.duplicateMember, "a member that is there twice") }
    }

    private func bytes(of name: Name) -> ByteView { bytes(name.range, isResolved: name.isResolved) }

    // Safety: as for the scanner's bytes, an array's memory stays in its place while the array is held and not changed.
    private func bytes(_ range: Range<Int>, isResolved: Bool) -> ByteView {
        isResolved ? resolvedNames.withUnsafeBytes { $0.view(range) } : scanner.bytes.view(range)
    }

    /// The length and the last seven bytes of a name. Names with different fingerprints differ, which saves most comparisons.
    private static func fingerprint(_ bytes: ByteView) -> UInt64 {
        let count = UInt64(truncatingIfNeeded: bytes.count) & 0xff
        guard bytes.count < 8 else { return bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self) & ~0xff | count }
        return bytes.lastFewBytes(from: 0) << 8 | count
    }
}

// MARK: Errors

extension JSONReader {
    /// An error about the value that the caller has just read or is about to read.
    package func failure(_ code: JSONError.Code, _ reason: String) -> JSONError {
        JSONError(code: code, reason: reason, path: path, offset: valueOffset)
    }

    /// An error about a member that the object that was just read lacks.
    package func missing(_ name: StaticString) -> JSONError {
        // Safety: the buffer of a static string lives as long as the program and is only read.
        JSONError(code: .missingMember, reason: "a mandatory member is missing", path: "\(path)/\(name)", offset: scanner.position)
    }

    /// JSON Pointer to the current value.
    package var path: String {
        var path: [UInt8] = []
        // The first outer frame is the whole text, which has no step in the path.
        let frames = (0..<outerFrames.count).dropFirst().map { outerFrames[$0] } + (depth > 0 ? [frame] : [])
        for (depth, frame) in frames.enumerated() where frame.count > 0 {
            if !frame.isObject {
                JSONPointer.append(String(frame.count - 1).utf8, to: &path)
                continue
            }
            let nextFirst = depth + 1 < frames.count ? frames[depth + 1].firstName : names.count
            // A member is counted before its name is read. Until then there is no name to add.
            guard nextFirst > frame.firstName, nextFirst - frame.firstName == frame.count else { continue }
            JSONPointer.append(bytes(of: names[nextFirst - 1]), to: &path)
        }
        return String(decoding: path, as: UTF8.self)
    }

    private func located(_ fault: JSONScanner.Fault) -> JSONError {
        JSONError(code: fault.code, reason: "\(fault.reason)", path: path, offset: fault.offset)
    }
}
