import Testing

@testable import Base

@Suite struct ASCIITests {
    private static let every = UInt8.min...UInt8.max

    @Test func `the classes hold the characters that the standard library puts into them`() {
        for byte in Self.every {
            let character = Character(Unicode.Scalar(byte))
            let isASCII = byte < 0x80
            #expect(ASCII.isDigit(byte) == (isASCII && character.isWholeNumber), "\(byte)")
            #expect(ASCII.isLetter(byte) == (isASCII && character.isLetter), "\(byte)")
            #expect(ASCII.isAlphanumeric(byte) == (ASCII.isDigit(byte) || ASCII.isLetter(byte)), "\(byte)")
            #expect(ASCII.isControl(byte) == (isASCII && Unicode.Scalar(byte).properties.generalCategory == .control), "\(byte)")
            #expect(ASCII.isPrintable(byte) == (isASCII && !ASCII.isControl(byte)), "\(byte)")
            #expect(ASCII.isVisible(byte) == (ASCII.isPrintable(byte) && byte != ASCII.space), "\(byte)")
            #expect(ASCII.isBlank(byte) == (byte == ASCII.space || byte == ASCII.tab), "\(byte)")
        }
    }

    @Test func `lower case changes the letters of ASCII and nothing else`() {
        for byte in Self.every {
            let expected = byte < 0x80 ? Array(String(Unicode.Scalar(byte)).lowercased().utf8) : [byte]
            #expect([ASCII.lowercased(byte)] == expected, "\(byte)")
        }
    }

    @Test func `a text is put into lower case from a place on`() {
        let text = Array("User1@HOME.example.with.A.name.longer.than.sixteen.BYTES".utf8)
        let lower = Array("User1@home.example.with.a.name.longer.than.sixteen.bytes".utf8)
        #expect(ASCII.lowercased(text, from: 5) == lower)
        #expect(ASCII.lowercased(lower, from: 5) == lower)
        #expect(ASCII.lowercased(text) == Array("user1@home.example.with.a.name.longer.than.sixteen.bytes".utf8))
    }

    @Test func `one byte that is not visible is found wherever it stands`() {
        for position in 0..<40 {
            for byte in Self.every {
                var text = [UInt8](repeating: UInt8(ascii: "~"), count: 40)
                text[position] = byte
                #expect(ASCII.areVisible(text) == ASCII.isVisible(byte), "byte \(byte) at \(position)")
                #expect(ASCII.areVisible(text[...]) == ASCII.isVisible(byte), "byte \(byte) at \(position)")
            }
        }
        #expect(ASCII.areVisible([]))
    }

    @Test func `a set holds its members and nothing else`() {
        let members = "-._~!$&'()*+,;=:@09AZaz"
        let set = ASCIISet("-._~!$&'()*+,;=:@09AZaz")
        for byte in Self.every { #expect(set.contains(byte) == members.utf8.contains(byte), "\(byte)") }
    }
}
