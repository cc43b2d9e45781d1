import Testing

@testable import HTTPKit

@Suite struct JSONRobustnessTests {
    static let document = Array(
        #" {"impi":"a@b.example","n":[0,-1.5e-3,true,false,null],"\u00e9\ud83d\ude00":{"é€😀":"\"\\\/\b\f\n\r\tA"},"empty":[{},[],""]} "#.utf8)

    @Test func `the document itself is accepted`() {
        #expect(JSONReaderTests.refusal(Self.document) == nil)
    }

    @Test func `every truncation of a document is refused`() {
        let end = Self.document.count - 1  // the last byte is white space
        for length in 0..<end {
            #expect(JSONReaderTests.refusal(Self.document[..<length]) != nil, "first \(length) bytes")
        }
    }

    @Test func `every single byte put in any place is answered, and what is accepted is read again the same`() throws {
        for place in Self.document.indices {
            for byte in UInt8.min...UInt8.max {
                var text = Self.document
                text[place] = byte
                try Self.check(text)
            }
        }
    }

    @Test func `random changes are answered, and what is accepted is read again the same`() throws {
        var random = SeededRandom(seed: 0x5eed)
        for _ in 0..<20_000 {
            var text = Self.document
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: text[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: text.remove(at: place)
                case 2: text.insert(text[Int.random(in: 0..<text.count, using: &random)], at: place)
                default: text.insert(contentsOf: Array(#"{}[],:"\ue0"#.utf8).shuffled(using: &random).prefix(2), at: place)
                }
            }
            try Self.check(text)
        }
    }

    /// The skipping reader and the tree agree, and the tree survives being written.
    static func check(_ text: [UInt8]) throws {
        guard JSONReaderTests.refusal(text) == nil else {
            #expect(throws: JSONError.self) { try JSONValue(text) }
            return
        }
        let value = try JSONValue(text)
        #expect(try JSONValue(value.bytes) == value)
    }
}

/// SplitMix64: the same sequence on every run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
