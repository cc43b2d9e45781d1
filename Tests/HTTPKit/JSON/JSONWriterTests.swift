import Testing

@testable import HTTPKit

@Suite struct JSONWriterTests {
    static func text(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `commas stand between members and elements and nowhere else`() {
        let text = Self.text {
            $0.beginObject()
            $0.member("a", "b")
            $0.member("n", -1)
            $0.member("t", true)
            $0.member("list")
            $0.beginArray()
            $0.beginObject()
            $0.endObject()
            $0.null()
            $0.hex([0x00, 0xaf, 0xff])
            $0.beginArray()
            $0.endArray()
            $0.endArray()
            $0.member("z")
            $0.number(JSONNumber(7))
            $0.endObject()
        }
        #expect(text == #"{"a":"b","n":-1,"t":true,"list":[{},null,"00afff",[]],"z":7}"#)
    }

    @Test func `what must be escaped is, and nothing else`() {
        #expect(
            Self.text { $0.string("\"\\/\u{8}\t\n\u{c}\r\u{0}\u{1b}\u{1f}\u{7f}é\u{2028}😀") }
                == "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001b\\u001f\u{7f}é\u{2028}😀\"")
    }

    @Test func `bytes that are not UTF-8 still make valid JSON`() throws {
        #expect(Self.text { $0.string(utf8: [0x61, 0xff, 0x62]) } == "\"a\u{fffd}b\"")
        #expect(Self.text { $0.string(utf8: Array("é\"".utf8)) } == "\"é\\\"\"")
    }

    @Test func `every scalar of the basic plane and the edges above survive writing and reading`() throws {
        let edges: [UInt32] = [0x10000, 0x1_f600, 0x1_fffe, 0x1_ffff, 0x10_fffe, 0x10_ffff]
        for code in Array(0...0xffff) + edges {
            guard let scalar = Unicode.Scalar(code) else { continue }
            let text = "a\(Character(scalar))b"
            var writer = JSONWriter()
            writer.beginObject()
            writer.member(text, text)
            writer.endObject()
            var reader = JSONReader(writer.bytes)
            try reader.beginObject()
            let name = try reader.nextMember()
            let value = try reader.stringBytes()
            guard let name, name.bytes.elementsEqual(text.utf8), value.elementsEqual(text.utf8) else {
                Issue.record("U+\(String(code, radix: 16))")
                continue
            }
        }
    }

    @Test func `every scalar of the basic plane may come escaped`() throws {
        for code in UInt32(0)...0xffff {
            guard let scalar = Unicode.Scalar(code) else { continue }
            let digits = String(code, radix: 16)
            var reader = JSONReader(Array("\"\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)\"".utf8))
            guard try reader.stringBytes().elementsEqual(String(scalar).utf8) else {
                Issue.record("U+\(digits)")
                continue
            }
        }
    }

    @Test func `a tree keeps the order of members and the text of numbers`() throws {
        let text = #"{"z":1.50,"a":[1e2,-0,null,true,"x"],"m":{"b":{},"a":[]}}"#
        let value = try JSONValue(Array(text.utf8))
        #expect(String(decoding: value.bytes, as: UTF8.self) == text)
        #expect(value["a"]?.array?[4].string == "x")
        #expect(value["z"]?.int == nil)
        #expect(value["nothing"] == nil)
        #expect(JSONValue.object(["a": .number(JSONNumber(1)), "b": .bool(true)])["b"]?.bool == true)
    }
}
