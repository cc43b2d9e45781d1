import Base
import HTTPKit
import Store
import Testing

@testable import ServiceKit

@Suite struct AdminTests {
    // MARK: entity tags

    struct Case: Sendable, CustomTestStringConvertible {
        let field: String
        let value: String
        let version: Int?
        let isMet: Bool
        var testDescription: String { "\(field): \(value), version \(version.map(String.init) ?? "none")" }
    }

    @Test(arguments: [
        Case(field: "If-Match", value: "\"v3\"", version: 3, isMet: true), Case(field: "If-Match", value: "\"v2\"", version: 3, isMet: false),
        Case(field: "If-Match", value: "\"v1\", \"v3\"", version: 3, isMet: true), Case(field: "If-Match", value: "*", version: 3, isMet: true),
        Case(field: "If-Match", value: "*", version: nil, isMet: false), Case(field: "If-Match", value: "\"v3\"", version: nil, isMet: false),
        Case(field: "If-Match", value: "W/\"v3\"", version: 3, isMet: false), Case(field: "If-Match", value: "\"stale\"", version: 3, isMet: false),
        Case(field: "If-None-Match", value: "*", version: nil, isMet: true), Case(field: "If-None-Match", value: "*", version: 3, isMet: false),
        Case(field: "If-None-Match", value: "\"v3\"", version: 3, isMet: false),
        Case(field: "If-None-Match", value: "W/\"v3\"", version: 3, isMet: false),
        Case(field: "If-None-Match", value: "\"v2\"", version: 3, isMet: true), Case(field: "X-None", value: "*", version: nil, isMet: true),
    ])
    func `a change goes through only where its preconditions are met`(given: Case) throws {
        let preconditions = try Preconditions(.get(fields: Fields(dictionaryLiteral: (given.field, given.value))))
        let tag = given.version.map(ETag.init(version:))
        #expect(preconditions.allow(tag) == given.isMet)
        do throws(Problem) {
            try preconditions.check(current: tag)
            #expect(given.isMet)
        } catch {
            #expect(!given.isMet)
            #expect(error.status == .preconditionFailed)
        }
    }

    @Test func `a weak tag spares a reader the content, and guards no change`() throws {
        let tag = ETag(weakVersion: 3)
        #expect(tag.description == "W/\"v3\"" && !tag.isStrong && ETag(version: 3).isStrong)
        for sent in ["W/\"v3\"", "\"v3\""] {
            #expect(try Preconditions(.get(fields: ["If-None-Match": sent])).isNotModified(current: tag))
            #expect(try !Preconditions(.get(fields: ["If-Match": sent])).allow(tag), "RFC 9110 §13.1.1: the comparison is strong")
        }
        #expect(try Preconditions(.get(fields: ["If-Match": "*"])).allow(tag))
    }

    @Test(
        arguments: ["If-Match", "If-None-Match"],
        [
            "v3", "\"v3", "v3\"", "\"a\" b", "W/", "", ",", " , ,", "0", "*, \"a\"", "**", "\"a\" \"b\"", "\"a\"\"b\"", "\"a b\"", "\"a\tb\"",
            "w/\"a\"", "W/ \"a\"",
            String(repeating: "\"a\",", count: 17),
        ])
    func `a condition that is no list of entity tags, or an empty one, is refused by name`(field: String, value: String) {
        do throws(Problem) {
            _ = try Preconditions(.get(fields: Fields(dictionaryLiteral: (field, value))))
            Issue.record("\(value) is taken")
        } catch {
            #expect(error.status == .badRequest)
            #expect(error.extensions["invalidParams"]?.array?.first?["param"]?.string == "header \(field)")
        }
    }

    @Test(arguments: ["\"a,b\"", "\"\"", " \"v3\" ", "W/\"x\",\"v3\"", ",\"v3\", ,\"w\",", "\"!#~\"", String(repeating: "\"a\",", count: 16)])
    func `a list of entity tags may have empty elements, and a tag a comma`(value: String) throws {
        let preconditions = try Preconditions(.get(fields: ["If-Match": value]))
        #expect(preconditions.allow(ETag(version: 3)) == value.contains("\"v3\""))
    }

    @Test func `a reader who has it already is told so without the body`() throws {
        let tag = ETag(version: 7)
        let again = try AdminAnswer.read(Array("{}".utf8), tag, for: .get(fields: ["If-None-Match": "\"v7\""]))
        #expect(again.status == .notModified && again.body.isEmpty && again.fields["ETag"] == "\"v7\"")
        let first = try AdminAnswer.read(Array("{}".utf8), tag, for: .get())
        #expect(first.status == .ok && first.text == "{}\n" && first.fields["Cache-Control"] == "no-store")
    }

    @Test func `the tag of contents differs where the contents do`() {
        #expect(ETag(content: "a".utf8) == ETag(content: "a".utf8))
        #expect(Set((0..<1_000).map { ETag(content: "\($0)".utf8).description }).count == 1_000)
        // FNV-1a 128 of "a", from the test vectors of draft-eastlake-fnv.
        #expect(ETag(content: "a".utf8).description == "\"d228cb696f1a8caf78912b704e4a8964\"")
    }

    @Test func `what was created is said to be where it is`() {
        let response = AdminAnswer.created(at: AdminAnswer.path("/admin/v1/bindings", "a/b@r é"), [], ETag(version: 1))
        #expect(response.status == .created)
        #expect(response.fields["Location"] == "/admin/v1/bindings/a%2Fb@r%20%C3%A9")
        #expect(AdminAnswer.deleted.status == .noContent)
    }

    // MARK: pages

    private func items(_ range: Range<Int>) -> [(key: String, json: [UInt8])] { range.map { ("k&\($0)", Array("{\"n\":\($0)}".utf8)) } }

    @Test func `a list has at most 100 items unless the reader says otherwise`() throws {
        #expect(try Page(.get()).limit == 100)
        #expect(try Page(.get("limit=1000&cursor=612b40")).limit == 1_000)
        #expect(try Page(.get("limit=1000&cursor=612b40")).after == "a+@")
    }

    @Test(arguments: [
        "limit=0", "limit=1001", "limit=-1", "limit=%2B5", "limit=x", "limit=", "limit=1&limit=2", "limit=99999999999999999999", "cursor=",
        "cursor=zz", "cursor=6", "cursor=ff", "cursor=a@b", "cursor=6B", "cursor=00", "cursor=7f", "cursor=c3a9", "cursor=610a",
    ])
    func `a limit or cursor that is none is refused`(query: String) {
        #expect(throws: Problem.self) { try Page(.get(query)) }
    }

    @Test func `a page leads to the next until there is none`() throws {
        let page = try Page(.get("limit=2"))
        let more = page.answer("bindings", items(0..<3), path: "/admin/v1/bindings")
        #expect(more.text == #"{"bindings":[{"n":0},{"n":1}]}"# + "\n")
        #expect(more.fields["Link"] == "</admin/v1/bindings?limit=2&cursor=6b2631>; rel=\"next\"")
        #expect(page.after == nil)
        let last = page.answer("bindings", items(0..<2), path: "/admin/v1/bindings")
        #expect(last.fields["Link"] == nil)
        #expect(page.answer("bindings", [], path: "/x").text == "{\"bindings\":[]}\n")
    }

    @Test(arguments: ["a+09@primary.example", "tel:+4915", "a%2B@r", "a b@r", "a&limit=1", "\"<>"])
    func `a cursor survives whoever decodes and encodes the query`(key: String) throws {
        let link = try #require(try Page(.get("limit=1")).answer("items", [(key, [48]), ("z", [49])], path: "/x").fields["Link"])
        let cursor = try #require(link.split(separator: "cursor=").last?.split(separator: ">").first)
        #expect(cursor.utf8.allSatisfy { Hex.isDigit($0) })
        #expect(try Page(.get("cursor=\(cursor)")).after == key)
    }

    @Test func `the link to the next page names the filters, and a plus sign in one is encoded`() throws {
        let page = try Page(.get("impu=tel:%2B49&enabled=true&limit=1"), filters: ["impu", "enabled", "other"])
        let link = page.answer("items", items(0..<2), path: "/x").fields["Link"]
        #expect(link == "</x?limit=1&impu=tel:%2B49&enabled=true&cursor=6b2630>; rel=\"next\"")
    }

    @Test(
        arguments: [
            (nil, []), ("limit=1", []), ("limit=1&cursor=61&limit", []), ("&&", []), ("primaryImpl=u5@r", ["query primaryImpl"]),
            ("Limit=1", ["query Limit"]), ("limit%20=1", ["query limit%20"]), ("=", ["query "]), ("a=1&b&a=2", ["query a", "query b"]),
        ] as [(String?, [String])]) func `a query parameter that nobody reads is refused by name`(query: String?, unknown: [String]) throws
    {
        do throws(Problem) {
            try Request.get(query).refuseQuery(otherThan: ["limit", "cursor"])
            #expect(unknown.isEmpty)
        } catch {
            #expect(error.status == .badRequest && error.extensions["cause"]?.string == "INVALID_QUERY_PARAM")
            #expect(error.extensions["invalidParams"]?.array?.compactMap { $0["param"]?.string } == unknown)
        }
    }

    @Test func `a filter is a checked value`() throws {
        #expect(try Request.get("enabled=false").queryBool("enabled") == false)
        #expect(try Request.get().queryBool("enabled") == nil)
        for wrong in ["enabled=0", "enabled", "enabled=TRUE", "enabled=true&enabled=true"] {
            #expect(throws: Problem.self) { try Request.get(wrong).queryBool("enabled") }
        }
    }

    @Test func `a page of long items is shorter, and still leads on`() throws {
        let long = (0..<1_000).map { (key: "k\($0)", json: Array("\"\(String(repeating: "x", count: 5_000))\"".utf8)) }
        let response = try Page(.get("limit=1000")).answer("items", long, path: "/x")
        #expect(response.body.count < 600_000)
        #expect(response.fields["Link"]?.contains("cursor=6b313033") == true)
    }
}
