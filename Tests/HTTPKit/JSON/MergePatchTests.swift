import HTTPKit
import Testing

/// RFC 7396 Appendix A, the cases whose target and patch are objects.
@Suite struct MergePatchTests {
    @Test(arguments: [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#), (#"{"a":"b"}"#, #"{"a":null}"#, "{}"),
        (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#), (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
        (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#), (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
        ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#), (#"{"a":"b"}"#, "{}", #"{"a":"b"}"#),
        (#"{"a":1}"#, #"{"a":{"b":1}}"#, #"{"a":{"b":1}}"#),
    ]) func `a merge patch does what its RFC says`(target: String, patch: String, result: String) throws {
        let (target, patch) = (try JSONValue(Array(target.utf8)).object, try JSONValue(Array(patch.utf8)).object)
        let merged = try #require(target).merged(with: try #require(patch))
        #expect(String(decoding: JSONValue.object(merged).bytes, as: UTF8.self) == result)
    }

    @Test func `what a patch removes can be kept as null`() throws {
        let merged = try #require(try JSONValue(Array(#"{"a":1,"b":{"c":1}}"#.utf8)).object).merged(
            with: try #require(try JSONValue(Array(#"{"a":null,"b":{"c":null},"d":null}"#.utf8)).object), keepingNull: true)
        #expect(String(decoding: JSONValue.object(merged).bytes, as: UTF8.self) == #"{"a":null,"b":{},"d":null}"#)
    }
}
