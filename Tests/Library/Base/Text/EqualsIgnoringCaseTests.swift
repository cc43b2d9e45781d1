import Testing

@testable import Base

@Suite struct EqualsIgnoringCaseTests {
    @Test func `only the case of letters is ignored, at every place and for every byte`() {
        for position in [0, 7, 15, 16, 30, 33] {
            for (one, other) in [(0x40, 0x60), (0x41, 0x61), (0x5a, 0x7a), (0x5b, 0x7b), (0x30, 0x10), (0xc1, 0xe1), (0x61, 0x61)] {
                var (left, right) = ([UInt8](repeating: UInt8(ascii: "x"), count: 34), [UInt8](repeating: UInt8(ascii: "X"), count: 34))
                (left[position], right[position]) = (UInt8(one), UInt8(other))
                let expected = one == other || 0x41...0x5a ~= one
                #expect(left.equalsIgnoringCase(right) == expected, "\(one) and \(other) at \(position)")
                #expect(right[...].equalsIgnoringCase(left) == expected, "\(other) and \(one) at \(position)")
            }
        }
    }

    @Test func `texts of different lengths differ`() {
        #expect(!"auth".utf8.equalsIgnoringCase("auth-int".utf8))
        #expect(!Array("auth".utf8).equalsIgnoringCase("aut"))
        #expect(Array("".utf8).equalsIgnoringCase("".utf8))
    }

    @Test func `what does not lie in one piece of memory is compared as well`() {
        let apart = Array("AKAv1-MD5".utf8).lazy.filter { _ in true }
        #expect(apart.equalsIgnoringCase("akaV1-md5"))
        #expect(!apart.equalsIgnoringCase("akaV2-md5"))
    }
}
