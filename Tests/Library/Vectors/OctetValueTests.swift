import Base
import Testing
import Vectors

@Suite struct OctetValueTests {
    private static func octets(_ count: Int) -> [UInt8] { [UInt8](repeating: 0xc5, count: count) }

    @Test(arguments: [0, 15, 17, 32])
    func `values of sixteen octets refuse any other length`(count: Int) {
        #expect(throws: MalformedOctets(.length, "")) { try RAND(Self.octets(count)) }
        #expect(throws: MalformedOctets(.length, "")) { try AUTN(Self.octets(count)) }
        #expect(throws: MalformedOctets(.length, "")) { try CK(Self.octets(count)) }
        #expect(throws: MalformedOctets(.length, "")) { try IK(Self.octets(count)) }
        #expect(throws: MalformedOctets(.length, "")) { try IK(SecretOctets(Self.octets(count))) }
    }

    @Test func `AUTS takes 14 octets, and XRES 4 to 16`() throws {
        #expect(try AUTS(Self.octets(14)).octets.count == 14)
        for count in [0, 13, 15] { #expect(throws: MalformedOctets(.length, "")) { try AUTS(Self.octets(count)) } }
        for count in [4, 8, 16] { #expect(try XRES(Self.octets(count)).octets.count == count) }
        for count in [0, 3, 17] { #expect(throws: MalformedOctets(.length, "")) { try XRES(Self.octets(count)) } }
    }

    @Test func `octets come out as they went in`() throws {
        let octets = Array(UInt8(0x80)...UInt8(0x8f))
        #expect(try RAND(octets).octets == octets)
        #expect(try AUTN(octets[...]).octets == octets)
        #expect(try XRES(octets).octets == octets)
        #expect(try AUTS(octets.prefix(14)).octets == Array(octets.prefix(14)))
    }

    @Test func `digits are read in either case`() throws {
        #expect(try RAND(hex: "ABCDEF00112233445566778899aabbcc") == RAND(hex: "abcdef00112233445566778899AABBCC"))
        #expect(try CK(hex: "ABCDEF00112233445566778899aabbcc") == CK(hex: "abcdef00112233445566778899AABBCC"))
        #expect(try AUTS(hex: "451e8beea438679f6095315c24f5").octets == Hex.decode("451e8beea438679f6095315c24f5".utf8))
    }

    @Test func `digits that do not lie in one piece are read, too`() throws {
        let digits = Array("451e8beea438679f6095315c24f5".utf8)
        #expect(try AUTS(hex: digits.reversed().reversed()) == AUTS(hex: digits))
        #expect(try AUTS(hex: digits.lazy.map { $0 }) == AUTS(hex: digits))
    }

    @Test(arguments: ["c5c5c5c", "c5c5c5cg", "c5 c5c5c5", "é5c5c5"])
    func `text that is not pairs of digits is refused as text`(text: String) {
        #expect(throws: MalformedOctets(.text, "")) { try XRES(hex: text) }
        #expect(throws: MalformedOctets(.text, "")) { try RAND(hex: text) }
    }

    @Test func `too many digits are refused for their number`() {
        #expect(throws: MalformedOctets(.length, "")) { try XRES(hex: "c5c5c5") }
        #expect(throws: MalformedOctets(.length, "")) { try RAND(hex: "c5c5c5") }
    }

    @Test func `a vector shows none of its secrets`() throws {
        let vector = try AuthenticationVector(
            rand: RAND([UInt8](repeating: 1, count: 16)), xres: XRES(Self.octets(16)), autn: AUTN([UInt8](repeating: 2, count: 16)),
            ck: CK(Self.octets(16)), ik: IK(Self.octets(16)))
        var dumped = ""
        dump(vector, to: &dumped)
        for text in ["\(vector)", String(reflecting: vector), dumped, "\(try AUTS(Self.octets(14)))"] {
            #expect(!text.contains("197") && !text.contains("c5"))
            #expect(text.contains("<redacted>"))
        }
    }
}
