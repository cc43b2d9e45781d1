import Base
import Contracts
import Nhss
import SIP
import Store
import Testing

@testable import SipCoreStub

/// What the registrar answers is durable, and what is durable comes back.
@Suite struct DurableRegistrationTests {
    private func registered(_ store: any RegistrationStore) async throws -> [String] {
        try await store.registrations(after: "", limit: 10).map(\.impu.text)
    }

    private func deregistration(_ laboratory: RegistrarLaboratory, everything: Bool = false) -> UERequest {
        var request = laboratory.request()
        if everything { request.contacts = .all }
        request.expires = 0
        return request
    }

    @Test func `the UE learns of its registration when that is durable, and nobody before`() async throws {
        let store = HeldStore()
        let laboratory = try RegistrarLaboratory(store: store)
        let challenge = try await laboratory.challenge()
        store.hold()
        async let answer = laboratory.answer(to: challenge)
        while store.waitingCount == 0 { await Task.yield() }
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) == nil)
        store.release()
        #expect(await answer.status == 200)
        #expect(try await registered(store) == [laboratory.user.impu.text])
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) != nil)
    }

    @Test(arguments: [(StoreFailure.Code.overloaded, 503), (.full, 500), (.failed, 500), (.unavailable, 500)])
    func `what cannot be made durable is refused and changes nothing`(code: StoreFailure.Code, status: Int) async throws {
        let store = HeldStore()
        let laboratory = try RegistrarLaboratory(store: store)
        store.fail(code)
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == status)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) == nil)
        store.fail(nil)
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200, "the turn was given back")
        store.fail(code)
        await #expect(throws: StoreFailure(code, "")) { try await laboratory.registrar.deregister(laboratory.user.impu, .unconditional) }
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) != nil, "what did not end on the disk did not end")
    }

    @Test func `the changes of one user take turns, in the order in which they came`() async throws {
        let store = HeldStore()
        let laboratory = try RegistrarLaboratory(store: store)
        let challenge = try await laboratory.challenge()
        store.hold()
        async let registered = laboratory.answer(to: challenge)
        while store.waitingCount == 0 { await Task.yield() }
        async let ended = laboratory.registrar.deregister(laboratory.user.impu, .unconditional)
        async let endedAgain = laboratory.registrar.deregister(laboratory.user.impu, .unconditional)
        for _ in 0..<100 { await Task.yield() }
        #expect(store.waitingCount == 1, "the second waits for the first")
        store.release()
        #expect(await registered.status == 200)
        let outcomes = [try await ended, try await endedAgain]
        #expect(outcomes.filter(\.isDeleted).count == 1, "it ended once")
        #expect(try await self.registered(store).isEmpty)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) == nil)
    }

    @Test func `a registrar that starts anew has what the last one had`() async throws {
        let store = InMemoryRegistrationStore()
        let before = try RegistrarLaboratory(store: store)
        #expect(await before.answer(to: try await before.challenge()).status == 200)
        let kept = try #require(await before.registrar.registration(of: before.user.impu))
        let after = try RegistrarLaboratory(store: store)
        #expect(await after.registrar.registration(of: after.user.impu) == nil)
        try await after.registrar.restore()
        let restored = try #require(await after.registrar.registration(of: after.user.impu))
        #expect(restored.entityTag == kept.entityTag)
        #expect(restored.contacts.map(\.contact) == kept.contacts.map(\.contact))
        #expect(await after.answer(to: try await after.challenge(callID: "after")).status == 200)
        let refreshed = try #require(await after.registrar.registration(of: after.user.impu))
        #expect(refreshed.version > kept.version)
    }

    @Test func `a UE that goes on counting after the registrar has started anew is in order, one that counts back is not`() async throws {
        let store = InMemoryRegistrationStore()
        let before = try RegistrarLaboratory(store: store)
        for _ in 1...3 { #expect(await before.answer(to: try await before.challenge()).status == 200) }
        let after = try RegistrarLaboratory(store: store)
        try await after.registrar.restore()
        #expect(await after.answer(to: try await after.challenge()).status == 500, "CSeq is lower than that of the contact")
        var request = after.response(to: try await after.challenge())
        request.cSeq = 100
        #expect(await after.registrar.register(request).status == 200)
        // A client of the JSON interface does not count.
        var uncounted = after.response(to: try await after.challenge())
        uncounted.cSeq = nil
        #expect(await after.registrar.register(uncounted).status == 200)
    }

    @Test func `more registrations than are read at once all come back`() async throws {
        let store = InMemoryRegistrationStore()
        let end = Instant.now + .seconds(600)
        for number in 1...25 {
            let impi = try IMPI("u\(number)@p.example")
            let contact = SIPContact(SIPAddress(try SIPURI("sip:a@h")))
            let registered = RegisteredContact(contact: contact, impi: impi, flow: nil, callID: [], cSeq: 1, path: [], end: end)
            try await store.make([.set(Registration(impu: IMPU("sip:u\(number)@p.example"), impi: impi, contacts: [registered], version: 1))])
        }
        for atOnce in [1, 5, 7, 25, 26] {
            var limits = SipCoreLimits()
            limits.restoredAtOnceMax = atOnce
            let laboratory = try RegistrarLaboratory(limits: limits, store: store)
            try await laboratory.registrar.restore()
            #expect(await laboratory.registrar.registrations(after: nil, countMax: 100).count == 25)
        }
    }

    @Test func `what has expired is removed from the store as well`() async throws {
        let store = HeldStore()
        let laboratory = try RegistrarLaboratory(store: store)
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        await laboratory.registrar.sweep()
        #expect(try await registered(store).count == 1)
        laboratory.clock.advance(.seconds(601))
        store.fail(.full)
        await laboratory.registrar.sweep()
        #expect(try await registered(store).count == 1)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) == nil, "it counts as gone all the same")
        store.fail(nil)
        await laboratory.registrar.sweep()
        #expect(try await registered(store).isEmpty)
    }

    @Test(arguments: [false, true]) func `the end of a registration that is not there is 481, and costs no vector`(everything: Bool) async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(await laboratory.registrar.register(deregistration(laboratory, everything: everything)).status == 481)
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        #expect(await laboratory.registrar.register(deregistration(laboratory, everything: everything)).status == 401)
        laboratory.clock.advance(.seconds(601))
        #expect(await laboratory.registrar.register(deregistration(laboratory, everything: everything)).status == 481, "nor after it has expired")
    }

    @Test func `whose registration was lost is challenged, and gets 481 for its deregistration`() async throws {
        let before = try RegistrarLaboratory()
        #expect(await before.answer(to: try await before.challenge()).status == 200)
        let after = try RegistrarLaboratory()
        #expect(await after.registrar.register(deregistration(after)).status == 481)
        #expect(await after.registrar.register(after.request()).status == 401)
    }
}
