/// ASCII text as bytes: names and classes of characters, and lower case.
///
/// Protocols compare bytes. Swift's `Character` does not: CRLF is one `Character`, and "é" equals "e" followed by an accent.
package enum ASCII {
    @inlinable @inline(__always) package static var tab: UInt8 { 0x09 }
    @inlinable @inline(__always) package static var lineFeed: UInt8 { 0x0a }
    @inlinable @inline(__always) package static var carriageReturn: UInt8 { 0x0d }
    @inlinable @inline(__always) package static var space: UInt8 { 0x20 }
    @inlinable @inline(__always) package static var quote: UInt8 { 0x22 }
    @inlinable @inline(__always) package static var percent: UInt8 { 0x25 }
    @inlinable @inline(__always) package static var asterisk: UInt8 { 0x2a }
    @inlinable @inline(__always) package static var comma: UInt8 { 0x2c }
    @inlinable @inline(__always) package static var hyphen: UInt8 { 0x2d }
    @inlinable @inline(__always) package static var dot: UInt8 { 0x2e }
    @inlinable @inline(__always) package static var slash: UInt8 { 0x2f }
    @inlinable @inline(__always) package static var zero: UInt8 { 0x30 }
    @inlinable @inline(__always) package static var colon: UInt8 { 0x3a }
    @inlinable @inline(__always) package static var semicolon: UInt8 { 0x3b }
    @inlinable @inline(__always) package static var less: UInt8 { 0x3c }
    @inlinable @inline(__always) package static var equal: UInt8 { 0x3d }
    @inlinable @inline(__always) package static var greater: UInt8 { 0x3e }
    @inlinable @inline(__always) package static var question: UInt8 { 0x3f }
    @inlinable @inline(__always) package static var at: UInt8 { 0x40 }
    @inlinable @inline(__always) package static var bracketOpen: UInt8 { 0x5b }
    @inlinable @inline(__always) package static var backslash: UInt8 { 0x5c }
    @inlinable @inline(__always) package static var bracketClose: UInt8 { 0x5d }
    @inlinable @inline(__always) package static var underscore: UInt8 { 0x5f }
    @inlinable @inline(__always) package static var delete: UInt8 { 0x7f }

    @inlinable @inline(__always) package static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

    @inlinable @inline(__always) package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    @inlinable @inline(__always) package static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

    /// A space or a tab.
    @inlinable @inline(__always) package static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    @inlinable @inline(__always) package static func isControl(_ byte: UInt8) -> Bool { byte < space || byte == delete }

    /// Printable and not the space.
    @inlinable @inline(__always) package static func isVisible(_ byte: UInt8) -> Bool { byte &- 0x21 < 0x5e }

    /// Printable, spaces included.
    @inlinable @inline(__always) package static func isPrintable(_ byte: UInt8) -> Bool { byte &- space < 0x5f }

    @inlinable @inline(__always) package static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// Whether every byte is printable and no space; sixteen bytes are looked at in one step.
    package static func areVisible(_ text: ArraySlice<UInt8>) -> Bool { text.hasNoMark { $0 | ~$0.isVisible } }

    package static func areVisible(_ text: [UInt8]) -> Bool { text.hasNoMark { $0 | ~$0.isVisible } }

    /// The text with its letters from `start` on in lower case: the same array if it has no upper-case letter there.
    package static func lowercased(_ text: [UInt8], from start: Int = 0) -> [UInt8] {
        guard !text.hasNoMark(from: start, { $0.isUpperCase & ~$0 }) else { return text }
        var lower = text
        for position in start..<text.count { lower[position] = lowercased(text[position]) }
        return lower
    }
}
