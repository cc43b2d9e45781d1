import Testing

@testable import Base

@Suite struct OctetsTests {
    @Test func `hex goes out in lower case and comes in either case`() {
        #expect(Hex.encode([0x00, 0xab, 0xff]) == "00abff")
        #expect(Hex.decode("00aBFf".utf8) == [0x00, 0xab, 0xff])
        #expect(Hex.decode("".utf8) == [])
    }

    @Test(arguments: ["0", "0g", " 00", "00 ", "0x00", "é0"])
    func `hex refuses anything else`(text: String) {
        #expect(Hex.decode(text.utf8) == nil)
    }

    @Test func `of every byte hex says, wherever it stands, whether it is a digit and which`() {
        let digits = Array("0123456789abcdef".utf8)
        // As much as is looked at in one step, and what is left after it.
        for position in 0..<50 {
            for byte in UInt8.min...UInt8.max {
                var text = [UInt8](repeating: UInt8(ascii: "5"), count: 50)
                text[position] = byte
                let lower = UInt8(ascii: "A")...UInt8(ascii: "F") ~= byte ? byte | 0x20 : byte
                let expected: [UInt8]? = digits.firstIndex(of: lower).map { value in
                    var octets = [UInt8](repeating: 0x55, count: 25)
                    octets[position / 2] = position.isMultiple(of: 2) ? UInt8(value) << 4 | 5 : 0x50 | UInt8(value)
                    return octets
                }
                #expect(Hex.decode(text[...]) == expected, "byte \(byte) at \(position)")
                #expect(text.withUnsafeBytes { SecretOctets(hex: $0) }?.octets == expected, "byte \(byte) at \(position)")
            }
        }
    }

    @Test func `every octet is written as two digits, wherever it stands`() {
        for octet in UInt8.min...UInt8.max {
            let digits = (octet < 16 ? "0" : "") + String(octet, radix: 16)
            for count in 1...35 { #expect(Hex.encode([UInt8](repeating: octet, count: count)) == String(repeating: digits, count: count)) }
        }
    }

    @Test func `sixteen octets are written and read as hexadecimal text`() {
        let octets = Array("000000000000000100123456789ABCDE".utf8).withUnsafeBytes { SixteenOctets(hex: $0) }
        #expect(octets == SixteenOctets(high: 1, low: 0x12_3456_789a_bcde))
        #expect(octets?.octets == [0, 0, 0, 0, 0, 0, 0, 1, 0, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde])
        #expect(octets.map { SixteenOctets($0.octets) } == octets)
        for text in ["ff", "0000000000000001000012345678-ABCD", "000000000000000100123456789ABCDE00"] {
            #expect(Array(text.utf8).withUnsafeBytes { SixteenOctets(hex: $0) } == nil)
        }
    }

    @Test func `one digit counts what the standard library says, in either case`() {
        for byte in UInt8.min...UInt8.max {
            let expected = byte < 0x80 ? Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) } : nil
            #expect(Hex.value(of: byte) == expected, "\(byte)")
            #expect(Hex.isDigit(byte) == (expected != nil), "\(byte)")
            #expect(Hex.isLowerCaseDigit(byte) == "0123456789abcdef".utf8.contains(byte), "\(byte)")
        }
    }

    @Test func `an octet is two lower-case digits, or two of upper case in a URI`() {
        for octet in UInt8.min...UInt8.max {
            var text = Array("-00-".utf8)
            Hex.write(octet, to: &text, at: 1)
            #expect(Hex.octet(in: text, at: 1) == octet)
            #expect(Hex.upperCaseDigits(of: octet) == Array(String(decoding: text[1...2], as: UTF8.self).uppercased().utf8))
        }
        for text in ["-0", "0-", "0A", "A0", "g0"] { #expect(Hex.octet(in: Array(text.utf8), at: 0) == nil, "\(text)") }
    }

    @Test func `a number is sixteen lower-case digits`() {
        var text = Array("-0000000000000000-".utf8)
        Hex.write(UInt64(0x0123_4567_89ab_cdef), to: &text, at: 1)
        #expect(String(decoding: text, as: UTF8.self) == "-0123456789abcdef-")
        #expect(Hex.number(in: text, at: 1) == 0x0123_4567_89ab_cdef)
        #expect(Hex.number(in: text, at: 0) == nil)
        text[11] = UInt8(ascii: "A")
        #expect(Hex.number(in: text, at: 1) == nil)
    }

    @Test(arguments: 0...40) func `a byte is found wherever it stands, and none where there is none`(count: Int) {
        for start in 0...count {
            for position in start..<max(start, count) {
                var text = [UInt8](repeating: UInt8(ascii: "a"), count: count)
                // What stands before the start is not looked at.
                for before in 0..<start { text[before] = UInt8(ascii: "x") }
                #expect(text.withUnsafeBytes { $0.firstMark(from: start) { $0.equals(UInt8(ascii: "x")) } } == count)
                text[position] = UInt8(ascii: "x")
                #expect(text.withUnsafeBytes { $0.firstMark(from: start) { $0.equals(UInt8(ascii: "x")) } } == position)
            }
        }
    }

    @Test func `marks say of every byte what they should`() {
        for byte in UInt8.min...UInt8.max {
            let block = ByteBlock(all: byte)
            let isASCII = byte < 0x80
            #expect((block | ~block.isVisible).firstMark == (isASCII && 0x21...0x7e ~= byte ? 16 : 0))
            #expect((block | block.isBelow(0x20)).firstMark == (isASCII && byte >= 0x20 ? 16 : 0))
            #expect((block | block.isAbove(0x41)).firstMark == (isASCII && byte <= 0x41 ? 16 : 0))
            #expect((block.equals(0x22) & ~block).firstMark == (byte == 0x22 ? 0 : 16))
            #expect((block.isWithin(0x41...0x5a) & ~block).firstMark == (0x41...0x5a ~= byte ? 0 : 16))
        }
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")])
    func `base64 agrees with RFC 4648 section 10`(plain: String, coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
        #expect(Base64.decode(coded.utf8) == Array(plain.utf8))
    }

    @Test(arguments: ["Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n", "Zm-_", " Zm9"])
    func `base64 refuses wrong padding, stray bits and foreign characters`(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test func `a secret shows itself nowhere`() {
        let secret = SecretOctets([0x46, 0x5b])
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\([secret])", "\(Optional(secret) as Any)"] {
            #expect(!text.contains("46") && !text.contains("70") && text.contains("redacted"))
        }
    }

    @Test func `secrets are equal when their octets are`() {
        #expect(SecretOctets([1, 2]) == SecretOctets([1, 2]))
        #expect(SecretOctets([1, 2]) != SecretOctets([1, 3]))
        #expect(SecretOctets([1, 2]) != SecretOctets([1, 2, 3]))
    }
}
