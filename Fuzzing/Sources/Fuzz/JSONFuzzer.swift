@testable import HTTPKit

/// JSON: what the reader takes the writer writes back to the same value, the ways to read agree, and limits only ever refuse more.
enum JSONFuzzer {
    static func run(_ input: [UInt8]) {
        let read = Result { try JSONValue(input) }
        let skipped = Result { try skip(input) }
        switch (read, skipped) {
        case (.success(let value), .success):
            check(value)
            if let small = try? JSONValue(input, limits: limits) { require(small == value, "limits change no value") }
        case (.failure(let one as JSONError), .failure(let another as JSONError)):
            require(
                one.code == another.code && one.offset == another.offset && one.path == another.path,
                "skipping checks as reading does: \(one) and \(another)")
            require(0...input.count ~= one.offset, "a fault is in the text or at its end")
            require((try? JSONValue(input, limits: limits)) == nil, "lower limits take nothing more")
        default: fatalError("skipping and reading agree on what is JSON: \(read) and \(skipped)")
        }
    }

    private static let limits: JSONLimits = {
        var limits = JSONLimits()
        limits.depthMax = 3
        limits.membersPerObjectMax = 3
        limits.elementsPerArrayMax = 3
        limits.nameBytesMax = 4
        limits.stringBytesMax = 8
        limits.numberDigitsMax = 4
        limits.exponentDigitsMax = 1
        return limits
    }()

    private static func skip(_ input: [UInt8]) throws(JSONError) {
        var reader = JSONReader(input)
        try reader.skip()
        try reader.finish()
    }

    private static func check(_ value: JSONValue) {
        let written = value.bytes
        let again = mustNotThrow("what is written is JSON") { try JSONValue(written) }
        require(again == value, "what is written is read back")
        // Bytes as well: two strings are equal in Swift that are not the same text.
        require(again.bytes == written, "writing settles at once")
        require(written.allSatisfy { $0 >= 0x20 }, "nothing written is a control character")
    }
}
