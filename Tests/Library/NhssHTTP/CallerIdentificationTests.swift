import Base
import Contracts
import HTTPKit
import Nhss
import SBI
import Testing

@testable import NhssHTTP

@Suite struct CallerIdentificationTests {
    static let notProven = Problem(
        .unauthorized, detail: "there is no token", cause: "UNAUTHORIZED", fields: ["WWW-Authenticate": "Bearer realm=\"primary.example\""])
    static let notAllowed = Problem(.forbidden, detail: "the token is for another operation", cause: "INSUFFICIENT_SCOPE")

    /// Holds an identification until the test lets it go on.
    private struct Wait: Sendable {
        let begun = AsyncStream<Void>.makeStream()
        let released = AsyncStream<Void>.makeStream()

        func pass() async {
            begun.continuation.finish()
            for await _ in released.stream {}
        }
    }

    @Test func `an identification may wait, and nobody is asked before it has ended`() async throws {
        let wait = Wait()
        let source = StubSource(HopTests.vectors)
        let hop = Hop(
            source,
            identifying: CallerDouble { _ in
                await wait.pass()
                return try? SystemID("waited.example")
            })
        let body = try Golden.bytes("request")
        async let response = hop.post(body: body)
        for await _ in wait.begun.stream {}
        #expect(source.questions.isEmpty)
        wait.released.continuation.finish()
        #expect(await response.status == .ok)
        #expect(try source.contexts.map(\.peer) == [SystemID("waited.example")])
    }

    @Test func `time that an identification takes is taken from the answer's`() async throws {
        let time = Guarded(Instant.now)
        let source = StubSource(HopTests.vectors)
        let hop = Hop(
            source,
            identifying: CallerDouble { _ in
                time.withLock { $0 = $0 + .milliseconds(300) }
                return nil
            },
            now: { time.withLock { $0 } })
        let fields: Fields = ["Content-Type": "application/json", "3gpp-Sbi-Max-Rsp-Time": "250"]
        let late = await hop.post(fields: fields, body: try Golden.bytes("request"))
        #expect(AuthFailure(refusal: late).code == .timedOut)
        #expect(source.questions.isEmpty)
    }

    @Test(arguments: [notProven, notAllowed])
    func `a caller who is refused gets the identification's own answer, and nobody is asked`(problem: Problem) async throws {
        let failures = Guarded<[AuthFailure]>([])
        let source = StubSource(HopTests.vectors)
        let hop = Hop(
            source, identifying: CallerDouble { (_) async throws(Problem) in throw problem },
            onFailure: { failure, _ in failures.withLock { $0.append(failure) } })
        let response = await hop.post(body: try Golden.bytes("request"))
        #expect(response.status == problem.status)
        #expect(response.body == problem.body)
        #expect(response.fields["WWW-Authenticate"] == problem.fields["WWW-Authenticate"])
        #expect(response.fields["Cache-Control"] == "no-store")
        #expect(source.questions.isEmpty)
        #expect(failures.withLock { $0 } == [AuthFailure(.requesterNotAuthorised, "")])
    }

    @Test(arguments: [("application/json", "{"), ("application/json", "{}"), ("text/plain", "{}"), ("", "")])
    func `who asks is decided before the body is looked at`(type: String, body: String) async {
        let source = StubSource(HopTests.vectors)
        let stranger = Hop(source, identifying: CallerDouble { (_) async throws(Problem) in throw Self.notProven })
        let known = Hop(source)
        let fields: Fields = ["Content-Type": type]
        #expect(await stranger.post(fields: fields, body: Array(body.utf8)).status == .unauthorized)
        #expect(await [Status.badRequest, .unsupportedMediaType].contains(known.post(fields: fields, body: Array(body.utf8)).status))
        #expect(source.questions.isEmpty)
    }

    @Test func `an identification is given the header fields and the connection`() async throws {
        let source = StubSource(HopTests.vectors)
        let callers = CallerDouble { request in
            guard request.peer.names == ["sip.partner.example"], let token = request.fields["Authorization"] else { return nil }
            return try? SystemID(token)
        }
        let hop = Hop(source, identifying: callers)
        let fields: Fields = ["Content-Type": "application/json", "Authorization": "token.example"]
        #expect(await hop.post(fields: fields, body: try Golden.bytes("request")).status == .ok)
        #expect(try source.contexts.map(\.peer) == [SystemID("token.example")])
    }
}
