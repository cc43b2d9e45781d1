import Base
import Contracts
import Glibc
import HTTPKit
import Nhss
import SBI
import Synchronization
import Testing

@testable import NhssHTTP

/// Two roots of one next hop, of which the first does not do its work.
@Suite struct NhssClientRootTests {
    /// A next hop in this process, which counts what it is asked.
    private final class Root: AuthenticationInformationSource {
        let asked = Atomic<Int>(0)
        let answer: @Sendable (AuthenticationInformationRequest) async throws(AuthFailure) -> AuthenticationInformation

        init(_ answer: @escaping @Sendable (AuthenticationInformationRequest) async throws(AuthFailure) -> AuthenticationInformation) {
            self.answer = answer
        }

        func authenticationInformation(
            _ request: AuthenticationInformationRequest, in context: CallContext
        ) async throws(AuthFailure) -> AuthenticationInformation {
            asked.add(1, ordering: .relaxed)
            return try await answer(request)
        }

        func serve(on group: EventLoopGroup) async throws -> (server: Server, root: APIRoot) {
            var router = Router()
            NhssRoutes(self, identifying: CallerDouble(nil), random: { 7 }).add(to: &router)
            let server = Server(on: group, router: router)
            let address = try await server.listen(at: SocketAddress(host: "127.0.0.1", port: 0))
            return (server, try APIRoot(parsing: "http://\(address)"))
        }
    }

    private func withRoots(
        _ first: Root, limits change: (inout ClientLimits) -> Void = { _ in },
        _ body: (_ ask: (Duration) async -> AuthFailure.Code?, _ second: Root) async -> Void
    ) async throws {
        let group = try EventLoopGroup(loopCount: 1)
        let second = Root { (request) throws(AuthFailure) in try HopTests.vectors(request) }
        let (one, other) = (try await first.serve(on: group), try await second.serve(on: group))
        var limits = ClientLimits()
        change(&limits)
        let client = HTTPClient(on: group, limits: limits, speaking: .http2, concernsOthersOnly: UpstreamCongestion.isTold)
        let nhss = NhssClient(client, apiRoots: [one.root, other.root], random: { 9 })
        // On the client's loop, as a service asks: what is known of a root is known there.
        let ask = { (time: Duration) async in
            await Task(executorPreference: group.first) {
                do { return try await NhssClientTests.code(NhssClientTests.ask(nhss, within: time)) } catch { return .internalFailure }
            }.value
        }
        await body(ask, second)
        await client.shutDown()
        for server in [one.server, other.server] { await server.drain(within: .zero) }
        group.shutDown()
    }

    @Test func `the first that hangs costs the questions it has, and the second answers those that follow`() async throws {
        let hanging = Root { (request) throws(AuthFailure) in
            do { try await Task.sleep(for: .seconds(10)) } catch {}
            throw AuthFailure(.timedOut, "")
        }
        let quick: (inout ClientLimits) -> Void = {
            ($0.silenceTimeMin, $0.probeTime, $0.probeTimeMax) = (.milliseconds(20), .seconds(100), .seconds(100))
        }
        try await withRoots(hanging, limits: quick) { (ask, second) in
            #expect(await ask(.milliseconds(100)) == .timedOut)
            for _ in 0..<56 { #expect(await ask(.seconds(5)) == nil) }
            #expect(hanging.asked.load(ordering: .relaxed) == 1)
            #expect(second.asked.load(ordering: .relaxed) == 56)
        }
    }

    @Test func `the first that asks to be left alone is, and the second answers`() async throws {
        let busy = Root { (_) throws(AuthFailure) in throw AuthFailure(.congested, "", retryAfter: .seconds(20)) }
        try await withRoots(busy) { (ask, second) in
            #expect(await ask(.seconds(5)) == .congested)
            for _ in 0..<5 { #expect(await ask(.seconds(5)) == nil) }
            #expect(busy.asked.load(ordering: .relaxed) == 1)
            #expect(second.asked.load(ordering: .relaxed) == 5)
        }
    }

    @Test func `the first whose own next hop is congested is asked after the second`() async throws {
        let between = Root { (_) throws(AuthFailure) in throw AuthFailure(.peerCongested, "", retryAfter: .seconds(20)) }
        try await withRoots(between) { (ask, second) in
            #expect(await ask(.seconds(5)) == .peerCongested)
            for _ in 0..<5 { #expect(await ask(.seconds(5)) == nil) }
            #expect(between.asked.load(ordering: .relaxed) == 1)
            #expect(second.asked.load(ordering: .relaxed) == 5)
        }
    }

    @Test func `one user whose home is congested keeps no other user's question back`() async throws {
        let group = try EventLoopGroup(loopCount: 1)
        let hop = Root { (request) throws(AuthFailure) in
            guard request.impi.text != "visitor1@partner.example" else { throw AuthFailure(.peerCongested, "", retryAfter: .seconds(20)) }
            return try HopTests.vectors(request)
        }
        let served = try await hop.serve(on: group)
        let client = HTTPClient(on: group, speaking: .http2, concernsOthersOnly: UpstreamCongestion.isTold)
        let nhss = NhssClient(client, apiRoots: [served.root], random: { 9 })
        for _ in 0..<3 {
            #expect(try await NhssClientTests.code(NhssClientTests.ask(nhss, within: .seconds(5))) == .peerCongested)
            let other = try Golden.request().renamed(IMPI("other@partner.example"), nil, visiting: nil)
            #expect(try await NhssClientTests.code(NhssClientTests.ask(nhss, other, within: .seconds(5))) == nil)
        }
        #expect(hop.asked.load(ordering: .relaxed) == 6)
        await client.shutDown()
        await served.server.drain(within: .zero)
        group.shutDown()
    }

    /// What the first root does with each connection, on a thread of its own.
    enum BadRoot: CaseIterable {
        case closesAtOnce, resetsAtOnce, closesLater, closesUponTheRequest, resetsUponTheRequest, refusesStreams, resetsStreams, leaves, isNoServer

        func serve(_ descriptor: Int32, _ requests: Counted) {
            var bytes = [UInt8](repeating: 0, count: 4_096)
            let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
            let refusal: [UInt8] = [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 7]
            let failure: [UInt8] = [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 2]
            let goAway: [UInt8] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            if self == .resetsAtOnce { RawRoot.reset(descriptor) }
            guard self != .closesAtOnce, self != .resetsAtOnce else { return }
            if self == .closesLater { return _ = poll(nil, 0, 30) }
            // The preface, the settings and the first request come in one piece.
            guard recv(descriptor, &bytes, bytes.count, 0) > 0 else { return }
            requests.next()
            switch self {
            case .resetsUponTheRequest: RawRoot.reset(descriptor)
            case .refusesStreams: send(descriptor, settings + refusal, 22, Int32(MSG_NOSIGNAL))
            case .resetsStreams: send(descriptor, settings + failure, 22, Int32(MSG_NOSIGNAL))
            case .leaves: send(descriptor, settings + goAway, 26, Int32(MSG_NOSIGNAL))
            case .isNoServer: send(descriptor, Array("220 smtp ready\r\n".utf8), 16, Int32(MSG_NOSIGNAL))
            default: break
            }
        }
    }

    @Test(arguments: BadRoot.allCases)
    func `the first that loses what it is sent costs one question at the most, and the second answers those that follow`(
        _ bad: BadRoot
    ) async throws {
        let group = try EventLoopGroup(loopCount: 1)
        let requests = Counted()
        let raw = try RawRoot { bad.serve($0, requests) }
        let second = Root { (request) throws(AuthFailure) in try HopTests.vectors(request) }
        let other = try await second.serve(on: group)
        var limits = ClientLimits()
        (limits.probeTime, limits.probeTimeMax) = (.seconds(100), .seconds(100))
        let client = HTTPClient(on: group, limits: limits, speaking: .http2)
        let nhss = NhssClient(client, apiRoots: [try APIRoot(parsing: "http://127.0.0.1:\(raw.port)"), other.root], random: { 9 })
        let codes = await Task(executorPreference: group.first) {
            var codes: [AuthFailure.Code?] = []
            for _ in 0..<24 {
                codes.append((try? await NhssClientTests.ask(nhss, within: .seconds(5))).map(NhssClientTests.code) ?? .internalFailure)
            }
            return codes
        }.value
        // What may have been processed is not asked of the other root.
        let isSurelyUnprocessed = bad == .refusesStreams || bad == .leaves
        #expect(codes.dropFirst(isSurelyUnprocessed ? 0 : 1).allSatisfy { $0 == nil })
        if bad == .isNoServer { #expect(codes.first == .peerInvalid) }
        #expect(second.asked.load(ordering: .relaxed) >= 23)
        // Refused, it is not asked again while there is another root.
        #expect(requests.value <= 1)
        raw.stop()
        await client.shutDown()
        await other.server.drain(within: .zero)
        group.shutDown()
    }

    @Test func `where all want to be left alone the answer says for how long`() async throws {
        let group = try EventLoopGroup(loopCount: 1)
        let busy = Root { (_) throws(AuthFailure) in throw AuthFailure(.congested, "", retryAfter: .seconds(20)) }
        let served = try await busy.serve(on: group)
        let client = HTTPClient(on: group, speaking: .http2, concernsOthersOnly: UpstreamCongestion.isTold)
        let nhss = NhssClient(client, apiRoots: [served.root], random: { 9 })
        for _ in 0..<5 {
            let outcome = try await NhssClientTests.ask(nhss, within: .seconds(5))
            #expect(NhssClientTests.code(outcome) == .congested)
            if case .failure(let failure) = outcome { #expect(failure.retryAfter ?? .zero > .seconds(15)) }
        }
        #expect(busy.asked.load(ordering: .relaxed) == 1)
        await client.shutDown()
        await served.server.drain(within: .zero)
        group.shutDown()
    }
}
