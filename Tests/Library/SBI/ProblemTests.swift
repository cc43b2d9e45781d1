import HTTPKit
import SBI
import Testing

@Suite struct ProblemTests {
    private let router: Router = {
        var router = Router(describing: Problem.details)
        router.on(.get, "/users/{name}", String.self) { (request, name) throws(Problem) in
            .now(.text(.ok, try request.queryParameter("as") ?? name))
        }
        return router
    }()

    private func answer(_ method: HTTPKit.Method, _ path: String, query: String? = nil) -> String {
        let request = Request(method: method, path: Array(path.utf8), query: query.map { Array($0.utf8) })
        guard case .now(let response) = router.reply(to: request).reply else { return "waits" }
        return text(response)
    }

    private func text(_ response: Response) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test func `the members are those of TS 29.571, in their order, and cause and invalidParams come last`() {
        let problem = Problem(
            .conflict, detail: "/sqn is lower", cause: "MODIFICATION_NOT_ALLOWED", invalidParams: [InvalidParam(param: "/sqn", reason: "is lower")])
        #expect(
            text(problem.response)
                == #"{"type":"about:blank","title":"Conflict","status":409,"detail":"/sqn is lower","cause":"MODIFICATION_NOT_ALLOWED","#
                + #""invalidParams":[{"param":"/sqn","reason":"is lower"}]}"# + "\n")
        #expect(text(Problem(.forbidden, cause: nil).response) == #"{"type":"about:blank","title":"Forbidden","status":403}"# + "\n")
    }

    @Test func `what the router refuses has the cause of TS 29.500`() {
        #expect(
            answer(.get, "/x")
                == #"{"type":"about:blank","title":"Not Found","status":404,"detail":"no such resource"}"# + "\n")
        #expect(
            answer(.get, "/users/a/b")
                == #"{"type":"about:blank","title":"Not Found","status":404,"detail":"no such resource","cause":"RESOURCE_URI_STRUCTURE_NOT_FOUND"}"#
                + "\n")
        #expect(
            answer(.get, "/x/v1/a")
                == #"{"type":"about:blank","title":"Bad Request","status":400,"detail":"no such API, or not in this version","cause":"INVALID_API"}"#
                + "\n")
        #expect(
            answer(.get, "/users/%")
                == #"{"type":"about:blank","title":"Bad Request","status":400,"#
                + #""detail":"the path is not percent-encoded correctly","cause":"INVALID_MSG_FORMAT"}"# + "\n")
        #expect(
            answer(.put, "/users/a")
                == #"{"type":"about:blank","title":"Method Not Allowed","status":405,"detail":"this resource takes GET, HEAD"}"# + "\n")
    }

    @Test func `a parameter that is wrong is named`() {
        #expect(
            answer(.get, "/users/%ff")
                == #"{"type":"about:blank","title":"Bad Request","status":400,"detail":"{name} is not UTF-8","cause":"MANDATORY_IE_INCORRECT","#
                + #""invalidParams":[{"param":"{name}","reason":"is not UTF-8"}]}"# + "\n")
        #expect(
            answer(.get, "/users/a", query: "as=b&as=c")
                == #"{"type":"about:blank","title":"Bad Request","status":400,"detail":"query as is given twice","cause":"MANDATORY_IE_INCORRECT","#
                + #""invalidParams":[{"param":"query as","reason":"is given twice"}]}"# + "\n")
        #expect(answer(.get, "/users/a", query: "as=b") == "b")
    }
}
