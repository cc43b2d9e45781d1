/// Base-16 text of octets: lower case out, either case in (TS 29.562 accepts both and we emit one).
///
/// The work is done on memory, several digits a step. A generic loop that another module calls would go through the type's witnesses for
/// every octet.
package enum Hex {
    /// - Returns: two lower-case digits an octet.
    package static func encode(_ octets: some Sequence<UInt8>) -> String { encode(Array(octets)) }

    package static func encode(_ octets: [UInt8]) -> String { String(decoding: encodeBytes(octets), as: UTF8.self) }

    /// The same as ASCII bytes, for writers that work on bytes.
    package static func encodeBytes(_ octets: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 2 * octets.count) { digits, count in
            octets.withUnsafeBytes { write($0, to: UnsafeMutableRawBufferPointer(digits)) }
            count = 2 * octets.count
        }
    }

    /// Writes two lower-case digits an octet.
    /// - Parameter digits: room for them.
    @inlinable package static func write(_ octets: UnsafeRawBufferPointer, to digits: UnsafeMutableRawBufferPointer) {
        precondition(octets.count <= digits.count / 2, "room was made for it")
        var done = 0
        while done + 16 <= octets.count {
            var text = SIMD32<UInt8>()
            let block = octets.loadUnaligned(fromByteOffset: done, as: ByteBlock.self)
            text.evenHalf = self.digits(ofNibbles: block &>> ByteBlock(all: 4))
            text.oddHalf = self.digits(ofNibbles: block & ByteBlock(all: 0x0f))
            digits.storeBytes(of: text, toByteOffset: 2 * done, as: SIMD32<UInt8>.self)
            done += 16
        }
        while done + 4 <= octets.count {
            digits.storeBytes(
                of: self.digits(ofFour: octets.loadUnaligned(fromByteOffset: done, as: UInt32.self)), toByteOffset: 2 * done, as: UInt64.self)
            done += 4
        }
        while done < octets.count {
            digits.storeBytes(of: UInt16(truncatingIfNeeded: self.digits(ofFour: UInt32(octets[done]))), toByteOffset: 2 * done, as: UInt16.self)
            done += 1
        }
    }

    /// Writes the sixteen digits of a number over those from `start` on.
    package static func write(_ number: UInt64, to text: inout [UInt8], at start: Int) {
        text.withUnsafeMutableBytes { text in
            precondition(0...text.count - 16 ~= start, "room was made for it")
            text.storeBytes(of: digits(ofFour: UInt32(truncatingIfNeeded: number.bigEndian)), toByteOffset: start, as: UInt64.self)
            text.storeBytes(of: digits(ofFour: UInt32(truncatingIfNeeded: number.bigEndian >> 32)), toByteOffset: start + 8, as: UInt64.self)
        }
    }

    /// Writes the two digits of an octet over those from `start` on.
    package static func write(_ octet: UInt8, to text: inout [UInt8], at start: Int) {
        let digits = digits(ofFour: UInt32(octet))
        text[start] = UInt8(truncatingIfNeeded: digits)
        text[start + 1] = UInt8(truncatingIfNeeded: digits >> 8)
    }

    /// The number that sixteen lower-case digits from `start` on are; nil where they are none.
    package static func number(in text: [UInt8], at start: Int) -> UInt64? {
        text.withUnsafeBytes { text in
            let digits = UnsafeRawBufferPointer(rebasing: text[start..<start + 16])
            var number: UInt64 = 0
            guard digits.hasNoMark({ $0.isWithin(UInt8(ascii: "A")...UInt8(ascii: "F")) }),
                withUnsafeMutableBytes(of: &number, { read(digits, to: $0) })
            else { return nil }
            return UInt64(bigEndian: number)
        }
    }

    /// The octet that two lower-case digits from `start` on are; nil where they are none.
    package static func octet(in text: [UInt8], at start: Int) -> UInt8? {
        guard isLowerCaseDigit(text[start]), let high = value(of: text[start]), isLowerCaseDigit(text[start + 1]),
            let low = value(of: text[start + 1])
        else { return nil }
        return high << 4 | low
    }

    /// What one digit counts, in either case; nil for any other character.
    @inlinable @inline(__always) package static func value(of digit: UInt8) -> UInt8? {
        if ASCII.isDigit(digit) { return digit & 0x0f }
        let letter = (digit | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }

    @inlinable @inline(__always) package static func isDigit(_ byte: UInt8) -> Bool { value(of: byte) != nil }

    @inlinable @inline(__always) package static func isLowerCaseDigit(_ byte: UInt8) -> Bool { ASCII.isDigit(byte) || byte &- UInt8(ascii: "a") < 6 }

    /// The two digits of an octet in upper case, as URIs have them (RFC 3986 §2.1).
    package static func upperCaseDigits(of octet: UInt8) -> [UInt8] {
        [octet >> 4, octet & 0x0f].map { $0 < 10 ? ASCII.zero + $0 : UInt8(ascii: "A") + $0 - 10 }
    }

    @inlinable @inline(__always) package static func digits(ofNibbles nibbles: ByteBlock) -> ByteBlock {
        let areLetters = ByteBlock(all: 0) &- ((nibbles &+ ByteBlock(all: 6)) &>> ByteBlock(all: 4))
        return nibbles &+ ByteBlock(all: UInt8(ascii: "0")) &+ (areLetters & ByteBlock(all: 0x27))
    }

    /// The digits of four octets, both as they lie in memory: the first in the lowest byte.
    @inlinable package static func digits(ofFour octets: UInt32) -> UInt64 {
        var spread = UInt64(octets)
        spread = (spread | spread << 16) & 0x0000_ffff_0000_ffff
        spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ff
        let nibbles = (spread >> 4 | spread << 8) & 0x0f0f_0f0f_0f0f_0f0f
        let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }

    /// - Returns: the octets, or nil if the text has an odd number of digits or anything but digits.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? { decode(Array(text)[...]) }

    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? { text.withUnsafeBytes { decode($0) } }

    package static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        var isValid = false
        let octets = [UInt8](unsafeUninitializedCapacity: text.count / 2) { octets, count in
            isValid = read(text, to: UnsafeMutableRawBufferPointer(octets))
            count = isValid ? text.count / 2 : 0
        }
        return isValid ? octets : nil
    }

    /// Reads two digits an octet, in either case.
    /// - Parameter octets: room for them.
    /// - Returns: whether the text has an even number of digits and nothing else; what was written is worth nothing otherwise.
    static func read(_ text: UnsafeRawBufferPointer, to octets: UnsafeMutableRawBufferPointer) -> Bool {
        guard text.count.isMultiple(of: 2), octets.count >= text.count / 2 else { return false }
        var wrong: UInt64 = 0
        var done = 0
        while done + 32 <= text.count {
            let digits = text.loadUnaligned(fromByteOffset: done, as: SIMD32<UInt8>.self)
            var wrongs = ByteBlock(all: 0)
            let (high, low) = (nibbles(of: digits.evenHalf, &wrongs), nibbles(of: digits.oddHalf, &wrongs))
            octets.storeBytes(of: high &<< ByteBlock(all: 4) | low, toByteOffset: done / 2, as: ByteBlock.self)
            wrong |= wrongs.words[0] | wrongs.words[1]
            done += 32
        }
        while done + 8 <= text.count {
            let digits = text.loadUnaligned(fromByteOffset: done, as: UInt64.self)
            octets.storeBytes(of: self.octets(ofEight: digits, &wrong), toByteOffset: done / 2, as: UInt32.self)
            done += 8
        }
        while done < text.count {
            // Filled up with the digit 0.
            let digits = UInt64(text.loadUnaligned(fromByteOffset: done, as: UInt16.self)) | 0x3030_3030_3030_0000
            octets[done / 2] = UInt8(truncatingIfNeeded: self.octets(ofEight: digits, &wrong))
            done += 2
        }
        return wrong == 0
    }

    /// - Parameter wrong: is not zero afterwards if one of the digits is none. What a digit's bits say is written again, and has to be what was read.
    @inline(__always) private static func nibbles(of digits: ByteBlock, _ wrong: inout ByteBlock) -> ByteBlock {
        let letters = (digits &>> ByteBlock(all: 6)) & ByteBlock(all: 1)
        let nibbles = (digits & ByteBlock(all: 0x0f)) &+ (letters &<< ByteBlock(all: 3)) &+ letters
        let lowerCase = digits | letters &<< ByteBlock(all: 5)
        wrong |= (Hex.digits(ofNibbles: nibbles & ByteBlock(all: 0x0f)) ^ lowerCase) | nibbles & ByteBlock(all: 0xf0)
        return nibbles
    }

    /// The octets of eight digits, both as they lie in memory: the first in the lowest byte.
    /// - Parameter wrong: as above.
    @inline(__always) private static func octets(ofEight digits: UInt64, _ wrong: inout UInt64) -> UInt32 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let letters = (digits >> 6) & ones
        let nibbles = (digits & (ones &* 0x0f)) &+ letters &* 9
        let lowerCase = digits | letters << 5
        let above9 = ((nibbles &+ ones &* 6) >> 4) & ones
        wrong |= (nibbles &+ ones &* 0x30 &+ above9 &* 0x27) ^ lowerCase | nibbles & (ones &* 0xf0)
        var octets = (nibbles << 4 | nibbles >> 8) & 0x00ff_00ff_00ff_00ff
        octets = (octets | octets >> 8) & 0x0000_ffff_0000_ffff
        return UInt32(truncatingIfNeeded: octets | octets >> 16)
    }
}
