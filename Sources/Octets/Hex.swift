/// Base-16 text of octets: lower case out, either case in (TS 29.562 accepts both and we emit one).
///
/// The work is done on arrays. A generic loop that another module calls would go through the type's witnesses for every octet.
package enum Hex {
    /// - Returns: two lower-case digits an octet.
    package static func encode(_ octets: some Sequence<UInt8>) -> String { encode(Array(octets)) }

    package static func encode(_ octets: [UInt8]) -> String { String(decoding: encodeBytes(octets), as: UTF8.self) }

    /// The same as ASCII bytes, for writers that work on bytes.
    package static func encodeBytes(_ octets: some Sequence<UInt8>) -> [UInt8] { encodeBytes(Array(octets)) }

    package static func encodeBytes(_ octets: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(2 * octets.count)
        for octet in octets {
            text.append(digit(octet >> 4))
            text.append(digit(octet & 0x0f))
        }
        return text
    }

    /// All digits of a number, most significant first.
    package static func encodeBytes(number: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { encodeBytes(Array($0)) }
    }

    /// - Returns: nil if there is anything but digits in lower case, or more of them than the number holds.
    package static func lowerCaseNumber<Number: FixedWidthInteger & UnsignedInteger>(_ text: ArraySlice<UInt8>) -> Number? {
        guard 1...Number.bitWidth / 4 ~= text.count else { return nil }
        var number: Number = 0
        for byte in text {
            guard !(UInt8(ascii: "A")...UInt8(ascii: "F") ~= byte), let value = value(of: byte) else { return nil }
            number = number << 4 | Number(value)
        }
        return number
    }

    /// - Returns: the octets, or nil if the text has an odd number of digits or anything but digits.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? { decode(Array(text)[...]) }

    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else { return nil }
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count / 2)
        var high: UInt8?
        for byte in text {
            guard let value = value(of: byte) else { return nil }
            if let first = high {
                octets.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return octets
    }

    package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? nibble + UInt8(ascii: "0") : nibble - 10 + UInt8(ascii: "a")
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
