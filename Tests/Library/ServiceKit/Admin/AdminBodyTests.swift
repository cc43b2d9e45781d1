import Base
import HTTPKit
import Testing

@testable import ServiceKit

@Suite struct AdminBodyTests {
    private func problem(_ body: () throws -> Void) -> Problem? {
        do {
            try body()
            return nil
        } catch { return error as? Problem }
    }

    private func params(_ text: String, _ read: (inout AdminBody) -> Void) throws -> [String: String] {
        var body = try AdminBody(.put(text))
        read(&body)
        let found = problem { try body.finish() }
        let invalid = found?.extensions["invalidParams"]?.array ?? []
        return Dictionary(invalid.map { ($0["param"]?.string ?? "", $0["reason"]?.string ?? "") }) { first, second in first + "; " + second }
    }

    @Test func `a body that is right is read whole`() throws {
        var body = try AdminBody(
            .put(
                #"{"name":"n","enabled":false,"limit":5,"services":["mcptt"],"notBefore":"2026-11-23T22:42:57Z","#
                    + #""pairs":[{"a":"1"},{"a":"2"}],"note":null}"#, type: "Application/JSON; charset=utf-8"))
        #expect(body.string("name") == "n")
        #expect(body.bool("enabled", default: true) == false)
        let other = body.bool("other", default: true)
        #expect(other)
        #expect(body.optionalInt("limit", in: 1...10) == 5)
        #expect(body.strings("services", among: ["mcptt", "mcvideo"]) == ["mcptt"])
        #expect(body.optionalTimestamp("notBefore")?.description == "2026-11-23T22:42:57Z")
        let pairs = body.objects("pairs") { $0.string("a") }
        #expect(pairs == ["1", "2"])
        #expect(body.optionalString("note") == nil)
        #expect(throws: Never.self) { try body.finish() }
    }

    @Test func `everything that is wrong is said at once`() throws {
        let wrong = try params(
            #"{"name":1,"enabled":"yes","limit":11,"services":["mcptt","x","mcptt",1],"notBefore":"today","colour":"red","#
                + #""pairs":[{"a":"1"},{"b":"2"},3],"a/b~c":0}"#
        ) { body in
            _ = body.string("name")
            _ = body.bool("enabled")
            _ = body.optionalInt("limit", in: 1...10)
            _ = body.strings("services", among: ["mcptt"])
            _ = body.optionalTimestamp("notBefore")
            _ = body.objects("pairs") { $0.string("a") }
            _ = body.string("missing")
        }
        #expect(
            Set(wrong.keys) == [
                "/name", "/enabled", "/limit", "/services/1", "/services/2", "/services/3", "/notBefore", "/colour", "/pairs/1/a", "/pairs/1/b",
                "/pairs/2", "/missing", "/a~1b~0c",
            ])
        #expect(wrong["/colour"] == "is unknown")
        #expect(wrong["/missing"] == "is missing")
        #expect(wrong["/services/2"] == "is there twice")
    }

    @Test func `an array that must be there must hold something`() throws {
        let read = { (body: inout AdminBody) in
            _ = body.strings("a")
            _ = body.objects("b") { $0.string("x") }
            _ = body.values("c", String.self)
            _ = body.values("d", orObjectsWith: "x", String.self, countMax: 2) { _ in 0 }
            _ = body.strings("e", default: [])
        }
        let wrong = try params(#"{"a":[],"b":[],"c":[],"d":[],"e":[]}"#, read)
        #expect(wrong == ["/a": "is empty", "/b": "is empty", "/c": "is empty", "/d": "is empty"])
    }

    @Test(arguments: ["a\u{e9}", "\u{7f}", "a\tb", "", String(repeating: "x", count: 6)])
    func `a text is printable ASCII within its bound`(text: String) throws {
        let encoded = text.replacing("\t", with: "\\t")
        #expect(try params("{\"t\":\"\(encoded)\"}") { _ = $0.string("t", bytesMax: 5) }.keys.sorted() == ["/t"])
        #expect(try params("{\"t\":\"\(encoded)\"}") { _ = $0.optionalString("t", bytesMax: 5) }.keys.sorted() == ["/t"])
        #expect(try params(#"{"t":"a b~"}"#) { _ = $0.string("t", bytesMax: 5) }.isEmpty)
    }

    @Test func `an element is named by its place in the body, however deep and whatever its neighbours are`() throws {
        let wrong = try params(
            #"{"a/b":["1","x","","2"],"pairs":[{"l":["1"]},{"l":["x",1,"3"]}],"empty":[],"none":null,"many":["1","2","3"]}"#
        ) { body in
            #expect(body.parsedValues("a/b", otherwise: "is no number") { Int($0) } == [1, 2])
            _ = body.objects("pairs") { body in body.parsedValues("l", otherwise: "is no number") { Int($0) } }
            #expect(body.parsedValues("empty", otherwise: "is no number") { Int($0) }.isEmpty)
            #expect(body.parsedValues("none", otherwise: "is no number") { Int($0) }.isEmpty)
            #expect(body.parsedValues("many", countMax: 2, otherwise: "is no number") { Int($0) }.isEmpty)
        }
        #expect(
            wrong == [
                "/a~1b/1": "is no number", "/a~1b/2": "is not a text of 1 to 1024 bytes", "/pairs/1/l/0": "is no number",
                "/pairs/1/l/1": "is not a text of 1 to 1024 bytes", "/empty": "is empty", "/none": "is missing",
                "/many": "is not an array of at most 2 elements",
            ])
    }

    @Test func `a reason never repeats a value`() throws {
        let wrong = try params(#"{"k":"465b5ce8b199b49faa5f0a2ee238a6bc","n":465,"l":["465b5ce8"],"o":"465b"}"#) { body in
            _ = body.optionalParsed("k", otherwise: "is not 32 hexadecimal digits") { _ -> Int? in nil }
            _ = body.string("n")
            _ = body.strings("l", among: ["a"])
            body.pathMember("o") { $0 == "x" }
        }
        #expect(wrong.count == 4)
        #expect(!wrong.values.contains { $0.contains("465") })
    }

    @Test func `only what is missing makes the cause a missing member`() throws {
        var missing = try AdminBody(.put("{}"))
        _ = missing.string("a")
        _ = missing.bool("b")
        #expect(problem { try missing.finish() }?.extensions["cause"]?.string == "MANDATORY_IE_MISSING")
        var wrong = try AdminBody(.put(#"{"b":1}"#))
        _ = wrong.string("a")
        _ = wrong.bool("b")
        #expect(problem { try wrong.finish() }?.extensions["cause"]?.string == "MANDATORY_IE_INCORRECT")
        #expect(problem { try wrong.finish() }?.status == .badRequest)
    }

    @Test(arguments: ["", "[]", "{", "1", #"{"a":1,"a":2}"#, "{} {}", #"{"a":1,}"#, "\u{feff}{}"])
    func `what is not one strict JSON object is refused`(text: String) {
        #expect(problem { _ = try AdminBody(.put(text)) }?.status == .badRequest)
    }

    @Test(arguments: ["text/plain", "application/problem+json", "application/jsonx"])
    func `another media type is refused with the one that is taken`(type: String) {
        let refused = problem { _ = try AdminBody(.put("{}", type: type)) }
        #expect(refused?.status == .unsupportedMediaType)
        #expect(refused?.fields["Accept"] == "application/json")
    }

    @Test func `a member that repeats the path may be absent and must agree`() throws {
        #expect(try params("{}") { $0.pathMember("impi") { $0 == "a@r" } }.isEmpty)
        #expect(try params(#"{"impi":"a@r"}"#) { $0.pathMember("impi") { $0 == "a@r" } }.isEmpty)
        #expect(try params(#"{"impi":"b@r"}"#) { $0.pathMember("impi") { $0 == "a@r" } } == ["/impi": "does not agree with the path"])
        #expect(try params(#"{"impi":1}"#) { $0.pathMember("impi") { $0 == "a@r" } }.count == 1)
    }

    @Test(arguments: [#"{"t":"x"}"#, "{}", #"{"t":null}"#, #"{"t":{"any":[1]}}"#])
    func `a read-only member is taken and ignored, whatever it holds`(text: String) throws { #expect(try params(text) { $0.readOnly("t") }.isEmpty) }

    @Test func `a member that is kept stays until the request names it, and null removes it`() throws {
        func kept(_ text: String) throws -> Int? {
            var body = try AdminBody(.put(text))
            return body.kept("limit", 5) { $0.optionalInt("limit", in: 1...10) }
        }
        #expect(try kept("{}") == 5)
        #expect(try kept(#"{"limit":7}"#) == 7)
        #expect(try kept(#"{"limit":null}"#) == nil)
        #expect(
            try params(#"{"limit":11}"#) { body in _ = body.kept("limit", 5) { $0.optionalInt("limit", in: 1...10) } }.keys.sorted() == ["/limit"])
    }

    @Test func `a patch that removes a member leaves it as null, and adds the others to the record`() throws {
        let record = try #require(try JSONValue(Array(#"{"name":"n","enabled":false,"limit":5}"#.utf8)).object)
        let patch = try #require(try JSONValue(Array(#"{"limit":null,"enabled":true,"odd":1}"#.utf8)).object)
        var body = AdminBody(patching: record, with: patch)
        #expect(body.isPatched)
        #expect(body.string("name") == "n")
        let isEnabled = body.enabled(replacing: false)
        #expect(isEnabled)
        #expect(body.kept("limit", 5) { $0.optionalInt("limit", in: 1...10) } == nil)
        #expect(problem { try body.finish() }?.detail == "/odd is unknown")
    }

    @Test func `names are told apart byte by byte`() throws {
        let wrong = try params("{\"e\u{301}\":1}") { _ = $0.member("\u{e9}") }
        #expect(wrong.count == 1)
    }

    @Test func `a list of 64 is taken and one of 65 is not`() throws {
        func list(_ count: Int) -> String { "{\"l\":[\((0..<count).map { "\"\($0)\"" }.joined(separator: ","))]}" }
        #expect(try params(list(64)) { _ = $0.strings("l") }.isEmpty)
        #expect(try params(list(65)) { _ = $0.strings("l") }.keys.sorted() == ["/l"])
    }

    @Test func `a text of 1024 bytes is taken, an empty one and a longer one are not`() throws {
        #expect(try params("{\"s\":\"\(String(repeating: "x", count: 1_024))\"}") { _ = $0.string("s") }.isEmpty)
        #expect(try params("{\"s\":\"\(String(repeating: "x", count: 1_025))\"}") { _ = $0.string("s") }.count == 1)
        #expect(try params(#"{"s":""}"#) { _ = $0.optionalString("s") }.count == 1)
    }
}
