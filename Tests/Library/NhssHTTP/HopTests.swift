import Base
import Contracts
import HTTPKit
import Nhss
import SBI
import Testing

@testable import NhssHTTP

/// Answers as told and remembers what it was asked.
final class StubSource: AuthenticationInformationSource {
    private let asked = Guarded<[(AuthenticationInformationRequest, CallContext)]>([])
    private let answer: @Sendable (AuthenticationInformationRequest) throws(AuthFailure) -> AuthenticationInformation

    init(_ answer: @escaping @Sendable (AuthenticationInformationRequest) throws(AuthFailure) -> AuthenticationInformation) { self.answer = answer }

    var questions: [AuthenticationInformationRequest] { asked.withLock { $0.map(\.0) } }
    var contexts: [CallContext] { asked.withLock { $0.map(\.1) } }

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        asked.withLock { $0.append((request, context)) }
        return try answer(request)
    }
}

/// A route in front of a source, called without sockets.
struct Hop {
    let source: StubSource
    let router: Router

    /// - Parameter relay: what answers in the stub's place.
    init(
        _ source: StubSource, relay: Relay? = nil, identifying callers: CallerDouble = .byFirstName,
        now: @escaping @Sendable () -> Instant = { .now },
        onFailure: @escaping @Sendable (AuthFailure, CallContext) -> Void = { _, _ in }
    ) {
        var router = Router(describing: Problem.details)
        let routes = NhssRoutes(relay ?? source, identifying: callers, random: { 7 }, now: now, onFailure: onFailure)
        routes.add(to: &router)
        self.source = source
        self.router = router
    }

    func answer(_ request: Request) async -> Response {
        switch router.reply(to: request).reply {
        case .now(let response): return response
        case .later(let answer): return await answer()
        }
    }

    static let path = "/nhss-ims-ueau/v1/visitor1@partner.example/security-information/generate-sip-auth-data"

    func post(_ path: String = path, fields: Fields = ["Content-Type": "application/json"], body: [UInt8], names: [String] = ["sip.partner.example"])
        async -> Response
    {
        await answer(Request(method: .post, path: Array(path.utf8), fields: fields, body: body, peer: Peer(address: "test", names: names)))
    }

    /// A client whose requests end here.
    func client(_ roots: [String] = ["http://h:1"]) throws -> NhssClient {
        let router = self
        return NhssClient(apiRoots: try roots.map { try APIRoot(parsing: $0) }, random: { 9 }) { (request, _, _) async throws(ClientError) in
            await router.answer(
                Request(
                    method: request.method, path: request.target, fields: request.fields, body: request.body, peer: Peer(address: "test"))
            )
        }
    }
}

extension CallerDouble {
    /// The first name of the certificate is the system's.
    static let byFirstName = CallerDouble { try? SystemID($0.peer.names.first ?? "") }
}

@Suite struct HopTests {
    /// As many vectors as asked for.
    static func vectors(_ request: AuthenticationInformationRequest) throws(AuthFailure) -> AuthenticationInformation {
        guard let vector = try? Golden.vector(xres: "a54211d5") else { throw AuthFailure(.internalFailure, "") }
        return AuthenticationInformation(impi: request.impi, impu: request.impu, items: .aka(Array(repeating: vector, count: request.numberOfItems)))
    }

    static func context(_ time: Duration = .seconds(1)) -> CallContext {
        CallContext(deadline: .now + time, traceParent: TraceParent { 1 }, correlationInfo: "impi-a@b")
    }

    // MARK: The route

    @Test func `a request reaches the source with what goes along`() async throws {
        let start = Instant.now
        let hop = Hop(StubSource(Self.vectors), now: { start })
        let fields: Fields = [
            "content-type": "application/json; charset=utf-8", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "3gpp-Sbi-Max-Rsp-Time": "250", "3gpp-Sbi-Correlation-Info": "impi-visitor1@partner.example",
        ]
        let response = await hop.post(fields: fields, body: try Golden.bytes("request-with-impu"))
        #expect(response.status == .ok)
        #expect(response.fields["Cache-Control"] == "no-store")
        #expect(response.fields["Content-Type"] == "application/json")
        #expect(try AuthenticationInformation(json: response.body).items.count == 2)
        #expect(try hop.source.questions == [Golden.requests()[1].1])
        let context = try #require(hop.source.contexts.first)
        #expect(context.deadline == start + .milliseconds(250))
        #expect(context.traceParent.traceIDText == "0af7651916cd43dd8448eb211c80319c")
        #expect(context.correlationInfo == "impi-visitor1@partner.example")
        #expect(try context.peer == SystemID("sip.partner.example"))
    }

    @Test(arguments: ["visitor1%40partner.example", "visitor1@PARTNER.example", "%76isitor1@partner.example"])
    func `an IMPI is one resource however it is encoded`(segment: String) async throws {
        let hop = Hop(StubSource(Self.vectors))
        let path = Hop.path.replacing("visitor1@partner.example", with: segment)
        #expect(await hop.post(path, body: try Golden.bytes("request")).status == .ok)
        #expect(try hop.source.questions.map(\.impi) == [IMPI("visitor1@partner.example")])
    }

    @Test(arguments: ["bob", "a@b@c", "a%2540b", "a%0a@b", "%C3%A9@b", "@b"])
    func `what is no IMPI is 400 for that part of the path`(segment: String) async throws {
        let hop = Hop(StubSource(Self.vectors))
        let response = await hop.post(Hop.path.replacing("visitor1@partner.example", with: segment), body: try Golden.bytes("request"))
        #expect(response.status == .badRequest)
        #expect(String(decoding: response.body, as: UTF8.self).contains(#""param":"{impi}""#))
        #expect(hop.source.questions.isEmpty)
    }

    @Test func `only JSON by POST is taken`() async throws {
        let hop = Hop(StubSource(Self.vectors))
        for fields: Fields in [[:], ["Content-Type": "text/plain"], ["Content-Type": "application/json", "content-type": "application/json"]] {
            #expect(await hop.post(fields: fields, body: try Golden.bytes("request")).status == .unsupportedMediaType)
        }
        #expect(await hop.answer(Request(method: .get, path: Array(Hop.path.utf8))).status == .methodNotAllowed)
        #expect(await hop.post(body: Array("{}".utf8)).status == .badRequest)
        #expect(hop.source.questions.isEmpty)
    }

    @Test(arguments: ["", "x", "-1", "1.5", "123456", "+1", "1 ", "99999"])
    func `a limit of time that is malformed or longer than ours is ours`(text: String) async throws {
        let start = Instant.now
        let hop = Hop(StubSource(Self.vectors), now: { start })
        let response = await hop.post(fields: ["Content-Type": "application/json", "3gpp-Sbi-Max-Rsp-Time": text], body: try Golden.bytes("request"))
        #expect(response.status == .ok)
        #expect(hop.source.contexts.first?.deadline == start + NhssHTTPLimits.responseTimeMax)
    }

    @Test func `a request that comes too late is answered so and not asked on`() async throws {
        let start = Instant.now
        let hop = Hop(StubSource(Self.vectors), now: { start })
        let response = await hop.post(fields: ["Content-Type": "application/json", "3gpp-Sbi-Max-Rsp-Time": "0"], body: try Golden.bytes("request"))
        #expect(AuthFailure(refusal: response).code == .timedOut)
        #expect(hop.source.questions.isEmpty)
    }

    @Test func `what goes along malformed is left behind, and nobody is someone by default`() async throws {
        let hop = Hop(StubSource(Self.vectors))
        let fields: Fields = ["Content-Type": "application/json", "traceparent": "00-x", "3gpp-Sbi-Correlation-Info": "a\tb"]
        #expect(await hop.post(fields: fields, body: try Golden.bytes("request"), names: []).status == .ok)
        let context = try #require(hop.source.contexts.first)
        #expect(context.traceParent == TraceParent { 7 })
        #expect(context.correlationInfo == nil)
        #expect(context.peer == nil)
    }

    // MARK: There and back

    @Test(arguments: AuthFailure.Code.allCases)
    func `a failure crosses a hop as itself, and its reason stays behind`(code: AuthFailure.Code) async throws {
        let failure = AuthFailure(code, "K is 465b5ce8", retryAfter: code == .congested ? .seconds(3) : nil)
        let hop = Hop(StubSource { (_) throws(AuthFailure) in throw failure })
        let request = try Golden.request()
        let client = try hop.client()
        do throws(AuthFailure) {
            _ = try await client.authenticationInformation(request, in: Self.context())
            Issue.record("no failure")
        } catch {
            #expect(error == failure)
            #expect(error.retryAfter == failure.retryAfter)
            #expect(!error.reason.contains("465b"))
        }
    }

    @Test func `information crosses hops unchanged, the time shrinks and the trace goes on`() async throws {
        let issuer = Hop(StubSource(Self.vectors))
        let relay = Relay(next: try issuer.client())
        let middle = Hop(StubSource(Self.vectors), relay: relay)
        for (_, request) in try Golden.requests() {
            let context = Self.context()
            let answer = try await middle.client().authenticationInformation(request, in: context)
            #expect(answer == (try Self.vectors(request)))
            #expect(issuer.source.questions.last == request)
            let seen = try #require(issuer.source.contexts.last)
            #expect(seen.deadline + NhssHTTPLimits.hopMargin <= context.deadline)
            #expect(seen.traceParent.traceID == context.traceParent.traceID && seen.traceParent.spanID != context.traceParent.spanID)
            #expect(seen.correlationInfo == context.correlationInfo)
        }
    }
}

/// Asks the next hop and says what that said.
struct Relay: AuthenticationInformationSource {
    let next: NhssClient

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        do throws(AuthFailure) { return try await next.authenticationInformation(request, in: context) } catch { throw error.forwarded() }
    }
}
