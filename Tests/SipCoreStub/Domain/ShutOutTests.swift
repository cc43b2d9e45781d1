import Base
import Nhss
import SIP
import Testing

@testable import SipCoreStub

/// Whoever is shut out has nothing left at the registrar, whatever was under way.
@Suite struct ShutOutTests {
    @Test func `a user who is shut out is not registered any more, on the disk neither`() async throws {
        let store = InMemoryRegistrationStore()
        let laboratory = try RegistrarLaboratory(store: store)
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        try await laboratory.registrar.shutOut(IMPI("other@partner.example"), for: .permanentTermination)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) != nil, "nobody else is")
        try await laboratory.registrar.shutOut(laboratory.user.impi, for: .permanentTermination)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) == nil)
        #expect(try await store.registrations(after: "", limit: 1).isEmpty)
    }

    @Test func `a challenge from before is void`() async throws {
        let laboratory = try RegistrarLaboratory()
        let challenge = try await laboratory.challenge()
        laboratory.clock.advance(.milliseconds(1))
        try await laboratory.registrar.shutOut(laboratory.user.impi, for: .permanentTermination)
        laboratory.home.failure = .migrationNotAllowed
        #expect(await laboratory.answer(to: challenge).status == 403)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) == nil)
    }

    @Test func `an answer that was on its way is void, and the home is asked again`() async throws {
        let laboratory = try RegistrarLaboratory()
        laboratory.source.hold()
        async let answer = laboratory.registrar.register(laboratory.request())
        while laboratory.source.heldCount == 0 { await Task.yield() }
        laboratory.clock.advance(.milliseconds(1))
        try await laboratory.registrar.shutOut(laboratory.user.impi, for: .permanentTermination)
        laboratory.clock.advance(.milliseconds(1))
        laboratory.source.release()
        #expect(await answer.status == 401, "the home still lets the user in, or does so again")
        guard case .challenged(let challenge) = await answer.outcome else { return }
        #expect(await laboratory.answer(to: challenge).status == 200)
    }

    @Test func `a user who authenticated before, and waits for the disk, is not registered`() async throws {
        let store = HeldStore()
        let laboratory = try RegistrarLaboratory(store: store)
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        let challenge = try await laboratory.challenge()
        laboratory.clock.advance(.milliseconds(1))
        store.hold()
        async let end = laboratory.registrar.shutOut(laboratory.user.impi, for: .permanentTermination)
        while store.waitingCount == 0 { await Task.yield() }
        laboratory.home.failure = .migrationNotAllowed
        async let answer = laboratory.answer(to: challenge)
        store.release()
        #expect(await answer.status == 403)
        _ = try await end
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) == nil)
    }

    @Test func `a first registration that waits for the disk is over when the notice is answered`() async throws {
        let store = HeldStore()
        let laboratory = try RegistrarLaboratory(store: store)
        let challenge = try await laboratory.challenge()
        laboratory.clock.advance(.milliseconds(1))
        store.hold()
        async let answer = laboratory.answer(to: challenge)
        while store.waitingCount == 0 { await Task.yield() }
        async let end = laboratory.registrar.shutOut(laboratory.user.impi, for: .permanentTermination)
        // Nothing tells when the notice has come so far that it waits: the more often this yields, the more often it has.
        for _ in 1...100 { await Task.yield() }
        store.release()
        _ = await answer
        _ = try await end
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) == nil)
        #expect(try await store.registrations(after: "", limit: 1).isEmpty)
    }

    @Test func `whoever registers anew after the notice was answered stays registered`() async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        laboratory.clock.advance(.milliseconds(1))
        try await laboratory.registrar.shutOut(laboratory.user.impi, for: .permanentTermination)
        laboratory.clock.advance(.milliseconds(1))
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) != nil)
    }

    @Test func `all identities of the set end, those that are barred too, and nobody else's`() async throws {
        let store = InMemoryRegistrationStore()
        let laboratory = try RegistrarLaboratory(store: store)
        let set = [AssociatedIdentity(laboratory.user.impu), AssociatedIdentity(try IMPU("tel:+15550100"), isBarred: true)]
        laboratory.home.associated = set
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        for identity in set { #expect(await laboratory.registrar.registration(of: identity.impu) != nil) }
        try await laboratory.registrar.shutOut(laboratory.user.impi, for: .permanentTermination)
        for identity in set { #expect(await laboratory.registrar.registration(of: identity.impu) == nil) }
        #expect(try await store.registrations(after: "", limit: 1).isEmpty)
    }

    @Test func `a stranger ends no registration with an AUTS that is not genuine`() async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        var request = laboratory.request()
        request.expires = 0
        guard case .challenged(let challenge) = await laboratory.registrar.register(request).outcome else {
            Issue.record("a deregistration is challenged")
            return
        }
        var forged = laboratory.response(to: challenge)
        forged.expires = 0
        forged.credentials?.auts = Array("AAAAAAAAAAAAAAAAAAA=".utf8)
        forged.credentials?.response = []
        #expect(await laboratory.registrar.register(forged).status == 403)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) != nil)
    }

    @Test(arguments: [AuthFailure.Code.userNotFound, .identitiesDontMatch, .migrationNotAllowed])
    func `a user whom the home refuses can still deregister`(code: AuthFailure.Code) async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        laboratory.home.failure = code
        #expect(await laboratory.registrar.register(laboratory.request()).status == 403)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) != nil, "a refused refresh ends nothing")
        var request = laboratory.request()
        request.expires = 0
        // Somebody else's private identity with the user's public one takes nothing from the user.
        var stranger = request
        stranger.user = UserIdentities(impi: try IMPI("stranger@partner.example"), impu: laboratory.user.impu)
        #expect(await laboratory.registrar.register(stranger).status == 403)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) != nil)
        #expect(await laboratory.registrar.register(request).status == 200)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) == nil)
    }

    @Test(
        arguments: AuthFailure.Code.allCases.filter { ![.userNotFound, .identitiesDontMatch, .migrationNotAllowed].contains($0) })
    func `a failure that does not say that the user is shut out ends no registration`(code: AuthFailure.Code) async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        laboratory.home.failure = code
        var request = laboratory.request()
        request.expires = 0
        #expect(await laboratory.registrar.register(request).status >= 403)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) != nil)
    }
}
