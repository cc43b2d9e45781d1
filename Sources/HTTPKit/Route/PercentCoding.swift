internal import Base

/// Percent-encoding of bytes (RFC 3986 §2.1).
package enum PercentCoding {
    /// - Returns: the decoded bytes, or nil for a broken triplet or an encoded NUL.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        text.withUnsafeBufferPointer { decode(ByteView($0)) }
    }

    package static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text[...]) }

    static func decode(_ text: ByteView) -> [UInt8]? {
        guard text.position(of: UInt8(ascii: "%")) != nil else { return Array(text) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap({ Hex.value(of: $0) }), let low = iterator.next().flatMap({ Hex.value(of: $0) }) else {
                return nil
            }
            let value = high << 4 | low
            guard value != 0 else { return nil }
            decoded.append(value)
        }
        return decoded
    }

    /// Encodes a path segment: unreserved characters and `@`, `:`, `+` stay, all other bytes are encoded.
    package static func encodeSegment(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        appendSegment(Array(bytes), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    package static func appendSegment(_ bytes: [UInt8], to text: inout [UInt8]) {
        let isPlain = bytes.withUnsafeBytes { bytes in
            bytes.isAll(
                HTTPCharacters.segment, surely: { $0.isLowerCase | $0.isDigit | $0.isHyphenOrDot | $0.isAtOrUpperCase | $0.equals(UInt8(ascii: ":")) }
            )
        }
        if isPlain { return text.append(contentsOf: bytes) }
        for byte in bytes {
            if HTTPCharacters.segment.contains(byte) {
                text.append(byte)
            } else {
                text.append(UInt8(ascii: "%"))
                text.append(contentsOf: Hex.upperCaseDigits(of: byte))
            }
        }
    }
}
