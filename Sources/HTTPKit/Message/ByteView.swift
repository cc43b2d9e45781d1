internal import Base
internal import Glibc

/// Bytes lent for a call, with the few searches and comparisons that parsing is made of.
///
/// Concrete, where the same over `Collection` leaves a call for each byte wherever the compiler cannot see the caller.
typealias ByteView = UnsafeRawBufferPointer

extension UnsafeRawBufferPointer {
    /// The bytes from `range`, which must lie within.
    @inline(__always) func view(_ range: Range<Int>) -> ByteView { ByteView(rebasing: self[range]) }

    /// The position of the first such byte at or after `start`.
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

    /// - Parameter surely: marks bytes that are members beyond doubt; where these are all there are, one look at sixteen a step is enough.
    @inline(__always) func isAll(_ members: ASCIISet, surely: (ByteBlock) -> ByteBlock) -> Bool {
        hasNoMark { $0 | ~surely($0) } || isAll(members)
    }

    /// Only what a request target may hold before any decoding.
    @inline(__always) var isTarget: Bool { isAll(HTTPCharacters.target, surely: { $0.isDollarToSemicolon | $0.isAtOrUpperCase | $0.isLowerCase }) }

    /// Whether no byte is a control character (RFC 9110 §5.5); a tab is none.
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

    /// Appends what `write` writes, at most `countMax` bytes: room is made once however many pieces there are.
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
