import Base
import Contracts
import HTTPKit
import Nhss
import SBI
import Testing

@testable import NhssHTTP

@Suite struct NhssClientTests {
    /// Gives one result a root, in order, and remembers what was sent where.
    final class Script: Sendable {
        private let results: Guarded<[Result<Response, ClientError>]>
        private let log = Guarded<[(ClientRequest, Origin)]>([])

        init(_ results: [Result<Response, ClientError>]) { self.results = Guarded(results) }

        var sent: [(request: ClientRequest, origin: Origin)] { log.withLock { $0.map { (request: $0.0, origin: $0.1) } } }

        func client(_ roots: [String] = ["http://a.example:1/x", "http://b.example:2"], pauses: [Duration] = []) throws -> NhssClient {
            let roots = try roots.map { try APIRoot(parsing: $0) }
            return NhssClient(apiRoots: roots, random: { 9 }, pauses: pauses) { [self] (request, origin, _) async throws(ClientError) in
                log.withLock { $0.append((request, origin)) }
                return try results.withLock { $0.removeFirst() }.get()
            }
        }
    }

    static func ask(_ client: NhssClient, _ request: AuthenticationInformationRequest? = nil, within time: Duration = .seconds(1)) async throws
        -> Result<AuthenticationInformation, AuthFailure>
    {
        let request = try request ?? Golden.requests()[1].1
        do throws(AuthFailure) {
            return .success(try await client.authenticationInformation(request, in: HopTests.context(time)))
        } catch { return .failure(error) }
    }

    static func code(_ result: Result<AuthenticationInformation, AuthFailure>) -> AuthFailure.Code? {
        if case .failure(let failure) = result { failure.code } else { nil }
    }

    static func good() throws -> Response { .json(.ok, try Golden.bytes("result-with-impu")) }

    @Test func `the request is the standard's`() async throws {
        let script = Script([.success(try Self.good())])
        let result = try await Self.ask(script.client())
        #expect(try result.get() == Golden.results()[1].1)
        let (request, origin) = try #require(script.sent.first)
        #expect(request.method == .post)
        #expect(request.target == Array(("/x" + Hop.path).utf8))
        #expect(origin.description == "a.example:1")
        #expect(request.body == (try Golden.bytes("request-with-impu")))
        #expect(request.fields["Content-Type"] == "application/json")
        #expect(request.fields["Accept"] == "application/json, application/problem+json")
        let milliseconds = try #require(Int(request.fields["3gpp-Sbi-Max-Rsp-Time"] ?? ""))
        #expect(1...980 ~= milliseconds)
        #expect(script.sent.count == 1)
    }

    @Test func `an IMPI goes into the path encoded`() async throws {
        let script = Script([.success(try Self.good())])
        let request = try Golden.request().renamed(IMPI("a/b?c%d@h"), nil, visiting: nil)
        _ = try await Self.ask(script.client(), request)
        #expect(script.sent.first?.request.target == Array("/x/nhss-ims-ueau/v1/a%2Fb%3Fc%25d@h/security-information/generate-sip-auth-data".utf8))
    }

    @Test func `the next root is asked only where this one cannot have acted`() async throws {
        for code in [ClientError.Code.connectionRefused, .unreachable, .connectionClosed, .overloaded] {
            let script = Script([.failure(ClientError(code, "", maybeProcessed: false)), .success(try Self.good())])
            #expect(try await Self.code(Self.ask(script.client())) == nil)
            #expect(script.sent.map(\.origin.description) == ["a.example:1", "b.example:2"])
        }
        let ends: [(ClientError.Code, Bool, AuthFailure.Code)] = [
            (.connectionClosed, true, .peerUnreachable), (.timedOut, true, .timedOut), (.timedOut, false, .timedOut), (.cancelled, false, .timedOut),
            (.invalidResponse, true, .peerInvalid), (.unreachable, true, .peerUnreachable),
        ]
        for (code, maybeProcessed, expected) in ends {
            let script = Script([.failure(ClientError(code, "", maybeProcessed: maybeProcessed)), .success(try Self.good())])
            #expect(try await Self.code(Self.ask(script.client())) == expected)
            #expect(script.sent.count == 1)
        }
        for status in [500, 503, 504, 429] {
            let script = Script([.success(Response(Status(status))), .success(try Self.good())])
            #expect(try await Self.code(Self.ask(script.client())) != nil)
            #expect(script.sent.count == 1)
        }
    }

    @Test func `where no root can be reached the last one's failure is told`() async throws {
        let refused = ClientError(.connectionRefused, "", maybeProcessed: false)
        #expect(try await Self.code(Self.ask(Script([.failure(refused), .failure(refused)]).client())) == .peerUnreachable)
        #expect(try await Self.code(Self.ask(Script([]).client([]))) == .peerUnreachable)
    }

    @Test(arguments: [1, 2, 5, 40]) func `roots that refuse connections are asked again, the last pause apart, until one answers`(
        refusals: Int
    ) async throws {
        let refused = Result<Response, ClientError>.failure(ClientError(.connectionRefused, "", maybeProcessed: false))
        let script = Script([Result](repeating: refused, count: 2 * refusals) + [.success(try Self.good())])
        #expect(try await Self.code(Self.ask(script.client(pauses: [.nanoseconds(2), .microseconds(1)]), within: .seconds(60))) == nil)
        #expect(script.sent.count == 2 * refusals + 1)
    }

    @Test func `roots that refuse connections are not asked again where the pause would outlast the question`() async throws {
        let refused = Result<Response, ClientError>.failure(ClientError(.connectionRefused, "", maybeProcessed: false))
        let script = Script([refused, refused, refused, refused])
        #expect(try await Self.code(Self.ask(script.client(pauses: [.nanoseconds(2), .seconds(200)]), within: .seconds(60))) == .peerUnreachable)
        #expect(script.sent.count == 4)
    }

    @Test func `without time nothing is sent`() async throws {
        let script = Script([.success(try Self.good())])
        for time in [Duration.seconds(-1), .zero, NhssHTTPLimits.hopMargin] {
            #expect(try await Self.code(Self.ask(script.client(), within: time)) == .timedOut)
        }
        #expect(script.sent.isEmpty)
        #expect(try await Self.code(Self.ask(script.client(), within: .seconds(1_000_000))) == nil)
        #expect(script.sent.first?.request.fields["3gpp-Sbi-Max-Rsp-Time"] == "99999")
    }

    @Test func `a success that is not what was asked for is refused whole`() async throws {
        let text = String(decoding: try Golden.bytes("result-with-impu"), as: UTF8.self)
        let bodies = [
            "", "{}", "null", "[]", String(text.dropLast()), text + "x",
            text.replacing("visitor1@partner.example\",\"impu", with: "visitor2@partner.example\",\"impu"),
            text.replacing("sip:visitor1", with: "sip:visitor2"), text.replacing(#""rand":"0000"#, with: #""rand":"00"#),
            text.replacing("3gAkaAvs", with: "3gakaAvs"),
            text.replacing("\"impi\"", with: "\"impi\":\"visitor1@partner.example\",\"impi\""), #"{"impi":"visitor1@partner.example","3gAkaAvs":[]}"#,
        ]
        for body in bodies {
            let result = try await Self.ask(Script([.success(.json(.ok, Array(body.utf8)))]).client())
            #expect(Self.code(result) == .peerInvalid, "\(body)")
        }
        for type in ["text/html", "application/problem+json", "application/jsonp", ""] {
            let response = Response(.ok, fields: ["Content-Type": type], body: Array(text.utf8))
            #expect(try await Self.code(Self.ask(Script([.success(response)]).client())) == .peerInvalid)
        }
        for status in [201, 204, 206, 304, 307, 308] {
            #expect(try await Self.code(Self.ask(Script([.success(.json(Status(status), Array(text.utf8)))]).client())) == .peerInvalid)
        }
    }

    @Test func `more vectors than asked for are refused, fewer are not`() async throws {
        for (wanted, isTaken) in [(1, false), (2, true), (3, true)] {
            let request = try Golden.request(impu: Golden.requests()[1].1.impu, numberOfItems: wanted)
            let result = try await Self.ask(Script([.success(try Self.good())]).client(), request)
            #expect((Self.code(result) == nil) == isTaken)
        }
    }

    @Test func `a public identity nobody asked for is refused, one that is not echoed is nil`() async throws {
        let request = try Golden.request(numberOfItems: 2)
        #expect(try await Self.code(Self.ask(Script([.success(try Self.good())]).client(), request)) == .peerInvalid)
        let standard = String(decoding: try Golden.bytes("result"), as: UTF8.self).replacing(
            "user1@primary.example", with: "visitor1@partner.example")
        let answer = try await Self.ask(Script([.success(.json(.ok, Array(standard.utf8)))]).client()).get()
        #expect(answer.impu == nil)
    }

    @Test func `the same over sockets: vectors, failures, and a root that nobody serves`() async throws {
        let group = try EventLoopGroup(loopCount: 1)
        var router = Router()
        let source = StubSource { (request) throws(AuthFailure) in
            guard request.numberOfItems <= 5 else { throw AuthFailure(.tooManyRequests, "", retryAfter: .seconds(2)) }
            return try HopTests.vectors(request)
        }
        NhssRoutes(source, identifying: CallerDouble(nil), random: { 7 }).add(to: &router)
        let server = Server(on: group, router: router)
        let address = try await server.listen(at: SocketAddress(host: "127.0.0.1", port: 0))
        let client = HTTPClient(on: group)
        // Port 1 of the loopback: nobody listens, the connection is refused.
        let roots = [try APIRoot(parsing: "http://127.0.0.1:1"), try APIRoot(parsing: "http://\(address)")]
        let nhss = NhssClient(client, apiRoots: roots, random: { 9 })
        for (_, request) in try Golden.requests() {
            #expect(try await Self.ask(nhss, request, within: .seconds(10)).get() == (try HopTests.vectors(request)))
        }
        #expect(try await Self.code(Self.ask(nhss, Golden.request(numberOfItems: 6), within: .seconds(10))) == .tooManyRequests)
        await client.shutDown()
        await server.drain(within: .seconds(5))
        group.shutDown()
    }
}
