import Base
import Testing

@testable import HTTPKit

@Suite struct RouterTests {
    /// A type with a form of its own.
    private struct Even: PathParameter {
        let value: Int
        init(pathSegment: [UInt8]) throws(PathParameterError) {
            guard let value = pathSegment.withUnsafeBytes({ BodyFraming.decimal($0, digitsMax: 5) }), value % 2 == 0 else {
                throw PathParameterError(reason: "is not even")
            }
            self.value = value
        }
    }

    private let router: Router = {
        var router = Router()
        router.on(.get, "/", handler: named("root"))
        router.on(.get, "/subscribers", handler: named("list"))
        router.on(.get, "/subscribers/{impi}", String.self, handler: one)
        router.on(.put, "/subscribers/{impi}", String.self, handler: one)
        router.on(.delete, "/subscribers/{impi}", String.self, handler: one)
        router.on(.get, "/subscribers/all", handler: named("literal"))
        router.on(.get, "/pairs/{left}/and/{right}", String.self, Even.self, handler: pair)
        router.on(.post, "/only", handler: named("post"))
        return router
    }()

    @Sendable private static func one(_ request: Request, _ impi: String) -> Reply { .now(.text(.ok, "one \(impi)")) }
    @Sendable private static func pair(_ request: Request, _ left: String, _ right: Even) -> Reply { .now(.text(.ok, "\(left)|\(right.value)")) }
    private static func named(_ name: String) -> @Sendable (Request) -> Reply { { _ in .now(.text(.ok, name)) } }

    private func response(_ method: HTTPKit.Method, _ path: String) -> Response {
        guard case .now(let response) = router.reply(to: Request(method: method, path: Array(path.utf8))).reply else {
            return Response(.internalServerError)
        }
        return response
    }

    private func body(_ method: HTTPKit.Method, _ path: String) -> String {
        let response = response(method, path)
        return response.status == .ok ? String(decoding: response.body, as: UTF8.self) : "\(response.status)"
    }

    @Test func `parameters come typed and in their order`() {
        #expect(body(.get, "/pairs/a/and/42") == "a|42")
        #expect(body(.get, "/subscribers") == "list")
        #expect(body(.get, "/") == "root")
    }

    @Test func `a segment is decoded once`() {
        #expect(body(.get, "/subscribers/user%40realm") == "one user@realm")
        #expect(body(.get, "/subscribers/user@realm") == "one user@realm")
        #expect(body(.get, "/subscribers/a%2540b") == "one a%40b")
        #expect(body(.get, "/subscribers/a+b") == "one a+b")
        #expect(body(.get, "/%73ubscribers/x") == "one x")
    }

    @Test func `an encoded slash is data`() {
        #expect(body(.get, "/subscribers/a%2Fb") == "one a/b")
        #expect(body(.get, "/subscribers/..%2Fx") == "one ../x")
        #expect(body(.get, "/subscribers%2Fx") == "404")
    }

    @Test func `a literal wins over a parameter`() {
        #expect(body(.get, "/subscribers/all") == "literal")
        #expect(body(.get, "/subscribers/All") == "one All")
    }

    @Test(arguments: [
        "/x", "/subscribers/", "//", "//subscribers", "/subscribers//", "/subscribers/a/b", "/pairs/a", "/pairs/a/or/2", "/SUBSCRIBERS", "*", "",
    ])
    func `an unknown path is 404`(_ path: String) {
        let response = response(.get, path)
        #expect(response.status == .notFound)
        #expect(response.fields["Content-Type"] == "application/problem+json")
    }

    @Test func `an API or a version that no route has is a bad request, and a part after a parameter that none has is not found`() {
        func code(_ path: String) -> Refusal.Code? {
            let seen = Guarded<Refusal.Code?>(nil)
            var router = Router { refusal in
                seen.withLock { $0 = refusal.code }
                return Problem(refusal)
            }
            router.on(.post, "/eau/v1/{impi}/info/ask", String.self) { _, _ in .now(.text(.ok, "")) }
            router.on(.get, "/admin/v1/things/{name}", String.self) { _, _ in .now(.text(.ok, "")) }
            _ = router.reply(to: Request(method: .post, path: Array(path.utf8)))
            return seen.withLock { $0 }
        }
        for path in [
            "/eau/v2/u@a/info/ask", "/eau/v0/x", "/eau/v11/u@a/info/ask", "/other/v1/u@a/info/ask", "/other/v1", "/eau/v2",
            "/eau/v1000000000000000000000/x", "/EAU/v1/x",
        ] {
            #expect(code(path) == .unknownAPI, "\(path)")
        }
        for path in ["/eau/v1/u@a/other/ask", "/eau/v1/u@a/info/other", "/eau/v1/u@a/info/ask/more", "/eau/v1/u@a/x", "/admin/v1/things/a/b"] {
            #expect(code(path) == .unknownPart, "\(path)")
        }
        for path in [
            "/", "/eau", "/eau/", "/eau/v1", "/eau/v1/", "/eau/v1/u@a", "/eau/v1/u@a/info", "/eau/v1//info/ask", "/admin/v1/other", "/x", "/eau/v",
            "/eau/vx/a",
            "/eau/1/a", "//v1/a", "/eau/v1/u@a//ask",
        ] {
            #expect(code(path) == .unknownPath, "\(path)")
        }
    }

    @Test func `a ping in HTTP's own words is answered`() {
        #expect(body(.get, "*") == "404")
        let (reply, pattern) = router.reply(to: Request(method: .options, path: [UInt8(ascii: "*")]))
        if case .now(let response) = reply { #expect(response.status == .noContent && pattern == "*") } else { Issue.record("waits") }
    }

    @Test func `another method is 405 and says which are allowed`() {
        #expect(response(.post, "/subscribers/x").status == .methodNotAllowed)
        #expect(response(.post, "/subscribers/x").fields["Allow"] == "DELETE, GET, HEAD, PUT")
        #expect(response(.get, "/only").fields["Allow"] == "POST")
        #expect(response(.head, "/only").status == .methodNotAllowed)
        for method in HTTPKit.Method.allCases where method != .post {
            #expect(response(method, "/only").status == .methodNotAllowed && response(method, "/only").fields["Allow"] == "POST", "\(method)")
        }
    }

    @Test func `HEAD is served by GET`() { #expect(body(.head, "/subscribers/x") == "one x") }

    @Test(arguments: ["/subscribers/%", "/subscribers/%4", "/subscribers/%zz", "/subscribers/a%00b", "/%"])
    func `a broken percent-encoding is 400`(_ path: String) { #expect(response(.get, path).status == .badRequest) }

    @Test func `a parameter of the wrong form is 400 and is named`() {
        let odd = response(.get, "/pairs/a/and/41")
        #expect(odd.status == .badRequest)
        #expect(String(decoding: odd.body, as: UTF8.self).contains(#""detail":"{right} is not even""#))
        #expect(response(.get, "/subscribers/%ff").status == .badRequest)
    }

    @Test func `an application adds members of its own to what the router refuses`() throws {
        var router = Router { refusal in
            var problem = Problem(refusal)
            problem.extensions.members.append(("code", .string("\(refusal.code)")))
            return problem
        }
        router.on(.get, "/pairs/{even}", Even.self) { _, _ in .now(.text(.ok, "")) }
        func code(_ method: HTTPKit.Method, _ path: String) throws -> String? {
            guard case .now(let response) = router.reply(to: Request(method: method, path: Array(path.utf8))).reply else { return nil }
            return try JSONValue(response.body)["code"]?.string
        }
        #expect(try code(.get, "/x") == "unknownPath")
        #expect(try code(.get, "/x/v1/y") == "unknownAPI")
        #expect(try code(.get, "/pairs/2/y") == "unknownPart")
        #expect(try code(.get, "/%") == "pathEncoding")
        #expect(try code(.put, "/pairs/2") == #"method(allowed: "GET, HEAD")"#)
        #expect(try code(.get, "/pairs/1") == #"parameter("{even}")"#)
    }

    @Test func `the pattern, not the path, is told`() {
        #expect(router.reply(to: Request(method: .get, path: Array("/subscribers/secret".utf8))).pattern == "/subscribers/{impi}")
        #expect(router.reply(to: Request(method: .get, path: Array("/x".utf8))).pattern == "")
    }

    @Test func `encoding a segment and routing it gives the same bytes`() {
        for text in ["user@realm", "a/b", "a b", "ü", "%", "a?b#c", "~-._+:", "..", ";"] {
            #expect(body(.get, "/subscribers/" + PercentCoding.encodeSegment(text.utf8)) == "one \(text)")
        }
    }

    @Test func `a query item is decoded, and given once`() throws {
        func item(_ query: String?) throws -> String? {
            try Request(method: .get, path: [0x2f], query: query.map { Array($0.utf8) }).queryItem("limit")
        }
        #expect(try item(nil) == nil)
        #expect(try item("x=1&limits=2") == nil)
        #expect(try item("x=1&limit=a%20b&y") == "a b")
        #expect(try item("limit") == "")
        #expect(try item("limit=") == "")
        #expect(try item("limit=a=b") == "a=b")
        for query in ["limit=1&limit=1", "limit=%ff", "limit=%0"] { #expect(throws: Refusal.self) { try item(query) } }
    }
}
