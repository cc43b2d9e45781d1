internal import Base
internal import Glibc

/// Bytes lent for a call, with the searches and comparisons that parsers need.
///
/// A concrete type, because a function over `Collection` costs a call for each byte wherever the compiler cannot specialise it.
typealias ByteView = UnsafeRawBufferPointer

extension UnsafeRawBufferPointer {
    /// The bytes of `range`, which must lie within this view.
    @inline(__always) func view(_ range: Range<Int>) -> ByteView { ByteView(rebasing: self[range]) }

    /// The position of the first `byte` at or after `start`.
    @inline(__always) func position(of byte: UInt8, from start: Int = 0) -> Int? {
        guard let baseAddress, start < count else { return nil }
        // Safety: looks at the bytes from `start` to the end only, both within the buffer.
        guard let found = memchr(baseAddress + start, Int32(byte), count - start) else { return nil }
        return UnsafeRawPointer(found) - baseAddress
    }

    @inline(__always) func isAll(_ members: ASCIISet) -> Bool {
        for byte in self where !members.contains(byte) { return false }
        return true
    }

    /// Whether all bytes are members of the set.
    /// - Parameter surely: marks some members of the set, sixteen bytes in one step. Most texts consist of marked bytes, and need no second look.
    @inline(__always) func isAll(_ members: ASCIISet, surely: (ByteBlock) -> ByteBlock) -> Bool {
        hasNoMark { $0 | ~surely($0) } || isAll(members)
    }

    /// Whether all bytes may stand in a request target before any decoding.
    @inline(__always) var isTarget: Bool { isAll(HTTPCharacters.target, surely: { $0.isDollarToSemicolon | $0.isAtOrUpperCase | $0.isLowerCase }) }

    /// Whether no byte is a control character other than a tab (RFC 9110 §5.5).
    @inline(__always) var isFieldContent: Bool {
        hasNoMark { ($0.isBelow(0x20) | $0.equals(0x7f)) & ~$0 } || allSatisfy(HTTPCharacters.isFieldContent)
    }

    /// The range without spaces and tabs at its ends.
    @inline(__always) func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, ASCII.isBlank(self[start]) { start += 1 }
        while end > start, ASCII.isBlank(self[end - 1]) { end -= 1 }
        return start..<end
    }

    @inline(__always) func equals(_ other: ByteView) -> Bool {
        guard count == other.count else { return false }
        guard let baseAddress, let otherAddress = other.baseAddress else { return true }
        return memcmp(baseAddress, otherAddress, count) == 0
    }

    @inline(__always) func equals(_ text: StaticString) -> Bool { equals(text.view) }

    @inline(__always) func starts(with text: StaticString) -> Bool {
        let text = text.view
        return count >= text.count && view(0..<text.count).equals(text)
    }

    /// Whether a comma-separated list has this element (RFC 9110 §5.6.1), in any case.
    func listHas(_ token: ByteView) -> Bool {
        var start = 0
        while true {
            let end = position(of: UInt8(ascii: ","), from: start) ?? count
            if view(trimmed(start..<end)).equalsIgnoringCase(token) { return true }
            guard end < count else { return false }
            start = end + 1
        }
    }
}

extension [UInt8] {
    @inline(__always) mutating func append(_ text: StaticString) { append(contentsOf: text.view) }

    /// Appends the bytes that `write` writes, at most `countMax` of them, and makes room for all of them at once.
    @inline(__always) mutating func append(countMax: Int, _ write: (inout ByteWriter) -> Void) {
        append(addingCapacity: countMax) { span in
            span.withUnsafeMutableBufferPointer { room, count in
                var writer = ByteWriter(room: UnsafeMutableBufferPointer(rebasing: room[count...]))
                write(&writer)
                count += writer.count
            }
        }
    }
}
