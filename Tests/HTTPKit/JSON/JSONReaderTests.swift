import Base
import Testing

@testable import HTTPKit

@Suite struct JSONReaderTests {
    /// Skips the text as one value; nil when it is accepted.
    static func refusal(_ text: some Collection<UInt8>, limits: JSONLimits = .standard) -> JSONError? {
        do throws(JSONError) {
            var reader = JSONReader(Array(text), limits: limits)
            try reader.skip()
            try reader.finish()
            return nil
        } catch { return error }
    }

    static func refusal(_ text: String, limits: JSONLimits = .standard) -> JSONError? { refusal(Array(text.utf8), limits: limits) }

    /// Runs `read` on the text and gives back what it throws.
    static func failure(_ text: String, _ read: (inout JSONReader) throws(JSONError) -> Void) -> JSONError? {
        do throws(JSONError) {
            var reader = JSONReader(Array(text.utf8))
            try read(&reader)
            return nil
        } catch { return error }
    }

    // MARK: What is read

    @Test func `an object is read member by member, and what nobody reads is skipped`() throws {
        let text = #" { "impi" : "a@b" , "unknown":{"deep":[1,{"x":null}]}, "n": -12, "yes":true ,"none":null, "list":[1,2] } "#
        var reader = JSONReader(Array(text.utf8))
        var seen: [String] = []
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "impi": seen.append(try reader.string())
            case "n": seen.append(String(try reader.int()))
            case "yes": seen.append(String(try reader.bool()))
            case "none":
                try reader.null()
                seen.append("null")
            case "list":
                try reader.beginArray()
                while try reader.nextElement() { seen.append("[\(try reader.int())]") }
            default: seen.append("skipped \(key.text)")
            }
        }
        try reader.finish()
        #expect(seen == ["a@b", "skipped unknown", "-12", "true", "null", "[1]", "[2]"])
    }

    @Test func `what is skipped unread is checked all the same`() {
        let error = Self.failure(#"{"a":{"b":[01]}}"#) { (reader) throws(JSONError) in
            try reader.beginObject()
            while try reader.nextMember() != nil {}
        }
        #expect(error?.code == .invalidNumber)
        #expect(error?.path == "/a/b/0")
    }

    @Test(arguments: [
        (#""""#, ""), (#""plain""#, "plain"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (#""\u0041\u00e9\u20ac\ud83d\ude00""#, "Aé€😀"), (#""\u0000\u007f\u0080\u07ff\u0800\uffff""#, "\0\u{7f}\u{80}\u{7ff}\u{800}\u{ffff}"),
        (#""\ud800\udc00\uDBFF\uDFFF""#, "\u{10000}\u{10ffff}"), ("\"é€😀\u{7f}\"", "é€😀\u{7f}"),
    ])
    func `a string means what its escapes say`(text: String, meaning: String) throws {
        var reader = JSONReader(Array(text.utf8))
        #expect(try Array(reader.string().utf8) == Array(meaning.utf8))
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("7", 7), ("-12", -12), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min), ("1.0", 1), ("-3.00", -3),
        ("0.0", 0), ("-0.0e5", 0), ("1e2", 100), ("1E+2", 100), ("12.50e1", 125), ("2500e-2", 25), ("100e-2", 1), ("0e999", 0),
        ("1e18", 1_000_000_000_000_000_000),
        ("9223372036854775807.0", Int.max), ("922337203685477580.7e1", Int.max),
    ])
    func `an integer is exact`(text: String, value: Int) throws {
        var reader = JSONReader(Array(text.utf8))
        #expect(try reader.int() == value)
    }

    @Test(arguments: [
        ("1.5", JSONError.Code.wrongType), ("1.01", .wrongType), ("1e-1", .wrongType), ("15e-1", .wrongType), ("1e19", .wrongType),
        ("1e999", .wrongType),
        ("1e-999", .wrongType), ("9223372036854775808.0", .wrongType), ("\"1\"", .wrongType), ("null", .wrongType),
        ("9223372036854775808", .outOfRange), ("-9223372036854775809", .outOfRange), ("99999999999999999999", .outOfRange),
    ])
    func `what is no integer, or none that fits, is refused`(text: String, code: JSONError.Code) {
        #expect(Self.failure(text) { (reader) throws(JSONError) in _ = try reader.int() }?.code == code)
    }

    @Test func `an integer out of the caller's range is refused`() {
        #expect(Self.failure("0") { (reader) throws(JSONError) in _ = try reader.int(in: 1...5) }?.code == .outOfRange)
        #expect(Self.failure("5") { (reader) throws(JSONError) in _ = try reader.int(in: 1...5) } == nil)
    }

    @Test func `a value of another kind is refused`() {
        #expect(Self.failure("1") { (reader) throws(JSONError) in _ = try reader.string() }?.code == .wrongType)
        #expect(Self.failure("1") { (reader) throws(JSONError) in _ = try reader.bool() }?.code == .wrongType)
        #expect(Self.failure("1") { (reader) throws(JSONError) in try reader.null() }?.code == .wrongType)
        #expect(Self.failure("[]") { (reader) throws(JSONError) in try reader.beginObject() }?.code == .wrongType)
        #expect(Self.failure("{}") { (reader) throws(JSONError) in try reader.beginArray() }?.code == .wrongType)
    }

    @Test func `reading where there is no value is an error, not a trap`() {
        let twice = Self.failure("1") { (reader) throws(JSONError) in
            _ = try reader.int()
            _ = try reader.int()
        }
        let outside = Self.failure("1") { (reader) throws(JSONError) in _ = try reader.nextElement() }
        let mixed = Self.failure("[]") { (reader) throws(JSONError) in
            try reader.beginArray()
            _ = try reader.nextMember()
        }
        let early = Self.failure("[1]") { (reader) throws(JSONError) in
            try reader.beginArray()
            try reader.finish()
        }
        #expect([twice, outside, mixed, early].map(\.?.code) == Array(repeating: .nothingToRead, count: 4))
    }

    // MARK: Octets

    @Test(arguments: [#""000102030405060708090a0B0C0D0E0F""#, #""\u0030001020304050607\u00308090a0B0C0D0E0F""#])
    func `octets are hexadecimal digits in either case, however these are written`(text: String) throws {
        let octets = Array(UInt8(0)...15)
        var reader = JSONReader(Array(text.utf8))
        #expect(try reader.sixteenOctets() == SixteenOctets(octets))
        try reader.finish()
        var secretReader = JSONReader(Array(text.utf8))
        #expect(try secretReader.secretOctets() == SecretOctets(octets))
        try secretReader.finish()
    }

    @Test(
        arguments: [
            (#""""#, JSONError.Code.invalidValue, nil), (#""00""#, .invalidValue, nil),
            (#""0""#, .invalidValue, .invalidValue), (#""0g""#, .invalidValue, .invalidValue),
            (#"" 0""#, .invalidValue, .invalidValue), (#""é""#, .invalidValue, .invalidValue),
            (#""\u0000\u0000""#, .invalidValue, .invalidValue),
            ("\"" + JSONReaderTests.repeated(31, "0") + "\"", .invalidValue, .invalidValue),
            ("\"" + JSONReaderTests.repeated(31, "0") + "g\"", .invalidValue, .invalidValue),
            ("\"" + JSONReaderTests.repeated(34, "0") + "\"", .invalidValue, nil),
            ("\"" + JSONReaderTests.repeated(8194, "0") + "\"", .stringTooLong, .stringTooLong),
            ("0", .wrongType, .wrongType), ("null", .wrongType, .wrongType), ("[]", .wrongType, .wrongType),
            ("", .endOfText, .endOfText), ("\"00", .endOfText, .endOfText),
        ] as [(String, JSONError.Code, JSONError.Code?)])
    func `what are no octets, or not as many, is refused`(text: String, sixteen: JSONError.Code, secret: JSONError.Code?) {
        #expect(Self.failure(text) { (reader) throws(JSONError) in _ = try reader.sixteenOctets() }?.code == sixteen)
        #expect(Self.failure(text) { (reader) throws(JSONError) in _ = try reader.secretOctets() }?.code == secret)
    }

    // MARK: What is refused

    @Test(arguments: [
        ("", JSONError.Code.endOfText), (" ", .endOfText), ("{", .endOfText), ("[1", .endOfText), ("[1,", .endOfText), ("\"a", .endOfText),
        ("\"\\", .endOfText), ("tru", .endOfText), ("-", .endOfText), ("{\"a\"", .endOfText), ("{\"a\":", .endOfText),
        ("[1,]", .syntax), ("{\"a\":1,}", .syntax), ("[,1]", .syntax), ("[1 2]", .syntax), ("{\"a\" 1}", .syntax), ("{a:1}", .syntax),
        ("{1:1}", .syntax), ("[1}", .syntax), ("{\"a\":1]", .syntax), ("/*c*/1", .syntax), ("[1//c\n]", .syntax), ("'a'", .syntax),
        ("nul1", .syntax), ("True", .syntax), ("NaN", .syntax), ("+1", .syntax), (".5", .syntax), ("\u{a0}1", .syntax), ("\0", .syntax),
        ("1 2", .trailingText), ("{}{}", .trailingText), ("1,", .trailingText), ("1\0", .trailingText), ("{} // c", .trailingText),
        ("0x1", .trailingText), ("00", .invalidNumber), ("-01", .invalidNumber), ("[1.]", .invalidNumber), ("[1.e1]", .invalidNumber),
        ("[1e]", .invalidNumber), ("[1e+]", .invalidNumber), ("[-]", .invalidNumber), ("[--1]", .invalidNumber),
        ("\u{feff}1", .byteOrderMark), ("\"\u{1f}\"", .controlCharacter), ("\"\n\"", .controlCharacter), ("{\"\t\":1}", .controlCharacter),
        (#""\x""#, .invalidEscape), (#""\u12""#, .invalidEscape), (#""\u12g4""#, .invalidEscape), (#""\U0041""#, .invalidEscape),
        (#""\ud800""#, .loneSurrogate), (#""\udc00""#, .loneSurrogate), (#""\ud800\u0041""#, .loneSurrogate), (#""\ud800\n""#, .loneSurrogate),
        (#""\ud800\ud800""#, .loneSurrogate), (#""\udc00\ud800""#, .loneSurrogate), (#"{"\ud800":1}"#, .loneSurrogate),
    ])
    func `a text that is not JSON is refused for what is wrong with it`(text: String, code: JSONError.Code) {
        #expect(Self.refusal(text)?.code == code)
    }

    @Test(
        arguments: [
            [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc2], [0xc2, 0x41], [0xe0, 0x9f, 0xbf], [0xe2, 0x82], [0xe2, 0x28, 0xa1],
            [0xed, 0xa0, 0x80],
            [0xed, 0xbf, 0xbf], [0xf0, 0x8f, 0xbf, 0xbf], [0xf0, 0x9f, 0x98], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xfe], [0xff],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused in a string and in a name`(bytes: [UInt8]) {
        #expect(Self.refusal(Array("\"".utf8) + bytes + Array("\"".utf8))?.code == .invalidUTF8)
        #expect(Self.refusal(Array("{\"".utf8) + bytes + Array("\":1}".utf8))?.code == .invalidUTF8)
        #expect(Self.refusal(bytes)?.code == .syntax)
    }

    @Test(arguments: [
        #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"\u0061":1,"b":0,"\u0061":2}"#, #"{"":1,"":2}"#,
        #"{"\ud83d\ude00":1,"😀":2}"#, #"{"/":1,"\/":2}"#,
    ])
    func `a name that is there twice is refused however it is written`(text: String) {
        #expect(Self.refusal(text)?.code == .duplicateMember)
    }

    @Test(arguments: [
        #"{"a":1,"A":1}"#, #"{"a":{"a":1},"b":{"a":{"a":2}}}"#, #"[{"a":1},{"a":1}]"#, "{\"é\":1,\"e\u{301}\":2}",
        #"{"\u0061":{"\u0061":1,"\u0062":1},"\u0062":1}"#,
    ])
    func `names that differ, or belong to different objects, are no duplicates`(text: String) {
        #expect(Self.refusal(text) == nil)
    }

    // MARK: Limits

    static func repeated(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

    @Test func `each limit lets its own size pass and refuses one more`() {
        let names = { (count: Int) in "{" + (0..<count).map { "\"m\($0)\":0" }.joined(separator: ",") + "}" }
        let pairs: [(JSONError.Code, String, String)] = [
            (.tooDeep, Self.repeated(16, "[") + Self.repeated(16, "]"), Self.repeated(17, "[") + Self.repeated(17, "]")),
            (.tooDeep, Self.repeated(16, "{\"a\":") + "1" + Self.repeated(16, "}"), Self.repeated(17, "{\"a\":") + "1" + Self.repeated(17, "}")),
            (.tooManyMembers, names(256), names(257)),
            (.tooManyElements, "[" + Self.repeated(4095, "0,") + "0]", "[" + Self.repeated(4096, "0,") + "0]"),
            (.numberTooLong, Self.repeated(20, "9"), Self.repeated(21, "9")),
            (.numberTooLong, "0." + Self.repeated(19, "9"), "0." + Self.repeated(20, "9")),
            (.numberTooLong, "1e999", "1e1000"),
            (.stringTooLong, "\"" + Self.repeated(8192, "a") + "\"", "\"" + Self.repeated(8193, "a") + "\""),
            (.stringTooLong, "\"" + Self.repeated(4096, "\\u00e9") + "\"", "\"" + Self.repeated(4096, "é") + "a\""),
            (.nameTooLong, "{\"" + Self.repeated(256, "a") + "\":1}", "{\"" + Self.repeated(257, "a") + "\":1}"),
        ]
        for (code, fitting, tooMuch) in pairs {
            #expect(Self.refusal(fitting) == nil, "\(code)")
            #expect(Self.refusal(tooMuch)?.code == code)
        }
    }

    @Test func `a hundred thousand opening brackets cost no stack`() {
        #expect(Self.refusal(Self.repeated(100_000, "["))?.code == .tooDeep)
        #expect(Self.refusal(Self.repeated(100_000, "{\"a\":"))?.code == .tooDeep)
    }

    // MARK: Places

    @Test(arguments: [
        (#"{"3gAkaAvs":[{"rand":1,"xres":!}]}"#, "/3gAkaAvs/0/xres", 30), (#"{"a":[1,2,{"b":[[],[0,x]]}]}"#, "/a/2/b/1/1", 22), ("!", "", 0),
        (#"{"a":{},"b":!}"#, "/b", 12), (#"{"a/b~c":!}"#, "/a~1b~0c", 9), (#"{"\u00e9":!}"#, "/é", 10), (#"[[],!]"#, "/1", 4),
        (#"{"a":1,"a":2}"#, "/a", 7),
        (#"{"a":{"b":1,!}}"#, "/a", 12), (#"{"\u0061":{"\u0062":1},"c":!}"#, "/c", 27),
    ])
    func `an error names its place as a JSON Pointer and as an offset`(text: String, path: String, offset: Int) {
        let error = Self.refusal(text)
        #expect(error?.path == path)
        #expect(error?.offset == offset)
    }

    @Test func `a caller's own error and a missing member name their places too`() throws {
        var reader = JSONReader(Array(#"{"list":[{"rand":"00"}]}"#.utf8))
        try reader.beginObject()
        _ = try reader.nextMember()
        try reader.beginArray()
        _ = try reader.nextElement()
        try reader.beginObject()
        _ = try reader.nextMember()
        _ = try reader.stringBytes()
        #expect(reader.failure(.invalidValue, "").path == "/list/0/rand")
        #expect(try reader.nextMember() == nil as JSONKey?)
        #expect(reader.missing("autn").path == "/list/0/autn")
        #expect(reader.missing("autn").code == .missingMember)
    }

    @Test func `a byte that may not stand for itself is seen wherever it stands in a string`() throws {
        for position in 0..<20 {
            for byte in UInt8.min...UInt8.max where byte != UInt8(ascii: "\\") {
                var content = [UInt8](repeating: UInt8(ascii: "a"), count: 20)
                content[position] = byte
                var reader = JSONReader([UInt8(ascii: "\"")] + content + [UInt8(ascii: "\"")])
                let read = Result { () throws(JSONError) in
                    let text = Array(try reader.stringBytes())
                    try reader.finish()
                    return text
                }
                let standsForItself = 0x20..<0x80 ~= byte && byte != UInt8(ascii: "\"")
                #expect((try? read.get()) == (standsForItself ? content : nil), "byte \(byte) at \(position)")
            }
        }
    }

    @Test func `a name is found again among many, plain or escaped, and only in its own object`() throws {
        for count in 1...20 {
            let names = (0..<count).map { "member-\($0)" }
            let members = names.map { "\"\($0)\":{\"member-0\":1}" }.joined(separator: ",")
            #expect(Self.refusal("{\(members)}") == nil)
            for name in names {
                #expect(Self.refusal("{\(members),\"\(name)\":1}")?.code == .duplicateMember)
                #expect(Self.refusal("{\(members),\"\\u006d\(name.dropFirst())\":1}")?.code == .duplicateMember)
            }
        }
    }

    @Test func `errors are equal when their codes are`() {
        #expect(Self.refusal("[1,]") == Self.refusal("{1}"))
        #expect(Self.refusal("[1,]") != Self.refusal("[1"))
    }
}

private func == (left: JSONKey?, right: JSONKey?) -> Bool { left?.text == right?.text }
