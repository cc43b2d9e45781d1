import AKA
import Base
import Nhss
import SIP
import Testing
import Vectors

@testable import SipCoreStub

@Suite struct VectorSupplyTests {
    private let user: UserIdentities
    private let home: CardHome
    private let source: HeldSource
    private let clock = RegistrarLaboratory.Clock()
    private let supply: VectorSupply

    init() throws {
        user = UserIdentities(impi: try IMPI("a@p.example"), impu: try IMPU("sip:a@p.example"))
        home = try CardHome(
            MilenageKey(k: try K(hex: "465b5ce8b199b49faa5f0a2ee238a6bc"), opc: try OPc(hex: "cd63cb71954a9f4e48a5994e37a02baf")),
            heedsResynchronisation: true)
        source = HeldSource(home)
        supply = VectorSupply(source, serverName: "sip:s", limits: SipCoreLimits(), now: { [clock] in clock.now })
    }

    private func vector(
        within time: Duration = .seconds(2), _ user: UserIdentities? = nil, from address: UInt8? = nil, _ standing: KnownSenders.Standing = .stranger
    ) async throws(AuthFailure) -> FreshVector {
        let context = CallContext(deadline: clock.now + time, traceParent: TraceParent(random: { 7 }))
        let source = address.map { SourceAddress(.ipv4([192, 0, 2, $0])) }
        return try await supply.vector(for: user ?? self.user, nil, from: (source, standing), in: context)
    }

    /// Has so many attempts wait for one question, lets it go on, and returns how each ended.
    private func together(_ count: Int, meanwhile: @escaping @Sendable () -> Void = {}) async -> [Result<[UInt8], AuthFailure>] {
        source.hold()
        return await withTaskGroup(of: Result<[UInt8], AuthFailure>.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do throws(AuthFailure) { return .success(try await vector().nonce) } catch { return .failure(error) }
                }
            }
            while source.heldCount == 0 || supply.waitingCount(for: user) < count - 1 { await Task.yield() }
            meanwhile()
            source.release()
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `attempts that come while a question is under way share the next ones, and each gets a vector of its own`() async throws {
        let nonces = try await together(11).map { try $0.get() }
        #expect(Set(nonces).count == 11)
        #expect(source.questions.map(\.numberOfItems).reduce(0, +) >= 11)
        #expect(source.questions.count <= 11)
    }

    @Test func `one attempt asks for one vector`() async throws {
        for _ in 0..<3 { _ = try await vector() }
        #expect(source.questions.map(\.numberOfItems) == [1, 1, 1])
    }

    @Test func `the failure of a question is that of all who waited for it`() async throws {
        home.failure = .userNotFound
        for result in await together(5) { #expect(result == .failure(AuthFailure(.userNotFound, ""))) }
        #expect(source.questions.count == 1)
        home.failure = nil
        _ = try await vector()
    }

    @Test func `users do not wait for one another`() async throws {
        source.hold()
        async let held = vector()
        while source.heldCount == 0 { await Task.yield() }
        let other = UserIdentities(impi: try IMPI("b@p.example"), impu: try IMPU("sip:b@p.example"))
        async let second = vector(other)
        while source.heldCount == 1 { await Task.yield() }
        source.release()
        #expect(try await held.nonce != second.nonce)
    }

    /// Lets strangers ask at once: one asks, others wait, and those that there is no room for are refused.
    /// - Parameter meanwhile: called when that is so, with the count of those refused; it has to release the source.
    private func strangers(
        at addressCount: UInt8, each: Int, meanwhile: @escaping @Sendable (_ refused: Guarded<Int>) async throws -> Void
    ) async throws {
        source.hold()
        let refused = Guarded(0)
        let count = Int(addressCount) * each
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask {
                    do throws(AuthFailure) { _ = try await vector(from: UInt8(number / each)) } catch {
                        #expect(error.code == .tooManyRequests)
                        refused.withLock { $0 += 1 }
                    }
                }
            }
            let waiting = min(SipCoreLimits().attemptsWaitingMax, count - 1)
            while source.heldCount == 0 || refused.withLock({ $0 }) < count - 1 - waiting { await Task.yield() }
            #expect(supply.waitingCount(for: user) == waiting)
            try await meanwhile(refused)
            try await group.waitForAll()
        }
    }

    @Test(arguments: [KnownSenders.Standing.address, .callID]) func `a sender who is known does not wait for strangers`(
        standing: KnownSenders.Standing
    ) async throws {
        try await strangers(at: 70, each: 1) { refused in
            async let known = vector(from: 200, standing)
            while source.heldCount < 2 { await Task.yield() }
            source.release()
            let answered = try await known
            #expect(!answered.nonce.isEmpty)
            #expect(refused.withLock { $0 } == 5)
        }
    }

    @Test func `strangers at a few addresses do not keep one at another address from waiting`() async throws {
        try await strangers(at: 3, each: 30) { refused in
            async let newcomer = vector(from: 200)
            while refused.withLock({ $0 }) < 26 { await Task.yield() }
            source.release()
            let answered = try await newcomer
            #expect(!answered.nonce.isEmpty)
        }
    }

    @Test func `who has waited too long asks no more`() async throws {
        let results = await together(4) { [clock] in clock.advance(.seconds(3)) }
        #expect(results.count { $0 == .failure(AuthFailure(.timedOut, "")) } == 3)
        #expect(source.questions.count == 1)
    }

    @Test func `an AUTS that is not genuine fails for its sender only`() async throws {
        source.hold()
        async let forged = failure(
            of: AuthenticationInformationRequest.Resynchronisation(
                rand: try SystemRandom().rands(1)[0], auts: try AUTS(hex: "00112233445566778899aabbccdd")))
        while source.heldCount == 0 { await Task.yield() }
        async let honest = vector()
        while supply.waitingCount(for: user) == 0 { await Task.yield() }
        source.release()
        #expect(try await forged == .authenticationRejected)
        #expect(try await !honest.nonce.isEmpty)
    }

    private func failure(of resynchronisation: AuthenticationInformationRequest.Resynchronisation) async -> AuthFailure.Code? {
        let context = CallContext(deadline: clock.now + .seconds(2), traceParent: TraceParent(random: { 7 }))
        do throws(AuthFailure) {
            _ = try await supply.vector(for: user, resynchronisation, from: (nil, .stranger), in: context)
            return nil
        } catch { return error.code }
    }

    @Test func `a vector that nobody needed serves the next attempt while it is fresh`() async throws {
        let generous = GenerousSource(home)
        let supply = VectorSupply(generous, serverName: "sip:s", limits: SipCoreLimits(), now: { [clock] in clock.now })
        let context = CallContext(deadline: clock.now + .seconds(1_000), traceParent: TraceParent(random: { 7 }))
        var nonces: Set<[UInt8]> = []
        for _ in 0..<3 { nonces.insert(try await supply.vector(for: user, nil, from: (nil, .stranger), in: context).nonce) }
        #expect(nonces.count == 3 && generous.questions == 1)
        _ = try await supply.vector(for: user, nil, from: (nil, .stranger), in: context)
        clock.advance(SipCoreLimits().unsentVectorTime)
        _ = try await supply.vector(for: user, nil, from: (nil, .stranger), in: context)
        #expect(generous.questions == 3, "two more were there, and too old")
    }
}

/// Gives three vectors, however many were asked for.
private final class GenerousSource: AuthenticationInformationSource {
    private let home: CardHome
    private let count = Guarded(0)

    init(_ home: CardHome) { self.home = home }

    var questions: Int { count.withLock { $0 } }

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        count.withLock { $0 += 1 }
        var vectors: [AuthenticationVector] = []
        for _ in 0..<3 {
            guard case .aka(let more) = try await home.authenticationInformation(request, in: context).items else { continue }
            vectors += more
        }
        return AuthenticationInformation(impi: request.impi, impu: request.impu, items: .aka(vectors))
    }
}
