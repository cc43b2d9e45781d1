import Base
import Nhss
import SIP
import Testing

@testable import SipCoreStub

/// `stale` is for nonces that were ours and are only old (RFC 7616 §3.3), and for no others.
@Suite struct OldNonceTests {
    private static func isStale(_ answer: UEAnswer) -> Bool? {
        guard case .challenged(let challenge) = answer.outcome else { return nil }
        return challenge.isAfterOldNonce
    }

    private func laboratory(_ change: (inout SipCoreLimits) -> Void = { _ in }) throws -> RegistrarLaboratory {
        var limits = SipCoreLimits()
        limits.userRate = nil
        change(&limits)
        return try RegistrarLaboratory(limits: limits)
    }

    @Test func `a challenge that was answered already is old`() async throws {
        let laboratory = try laboratory()
        let request = laboratory.response(to: try await laboratory.challenge())
        #expect(await laboratory.registrar.register(request).status == 200)
        #expect(OldNonceTests.isStale(await laboratory.registrar.register(request)) == true)
    }

    @Test func `a challenge that waited too long is old, and the answer to the next one registers`() async throws {
        let laboratory = try laboratory()
        let challenge = try await laboratory.challenge()
        laboratory.clock.advance(.seconds(241))
        guard case .challenged(let next) = await laboratory.answer(to: challenge).outcome else {
            Issue.record("no new challenge")
            return
        }
        #expect(next.isAfterOldNonce)
        #expect(await laboratory.answer(to: next).status == 200)
    }

    @Test func `a challenge that gave way to others is old`() async throws {
        let laboratory = try laboratory { $0.challengesPerUserMax = 1 }
        let challenge = try await laboratory.challenge()
        _ = try await laboratory.challenge(callID: "other")
        #expect(OldNonceTests.isStale(await laboratory.answer(to: challenge)) == true)
    }

    @Test(arguments: [RegistrarTests.Intrusion.otherCallIDAndInventedNonce, .sameCallIDAndInventedNonce, .inventedNonceAndAUTS, .sameCallID])
    func `a nonce that somebody made up is not old`(intrusion: RegistrarTests.Intrusion) async throws {
        let laboratory = try laboratory()
        let challenge = try await laboratory.challenge()
        #expect(OldNonceTests.isStale(await laboratory.registrar.register(laboratory.intruding(intrusion, challenge))) == false)
        #expect(await laboratory.answer(to: challenge).status == 200)
    }

    @Test func `a nonce that still waits for its answer is not old to another Call-ID`() async throws {
        let laboratory = try laboratory()
        let challenge = try await laboratory.challenge()
        let request = laboratory.intruding(.otherCallIDAndRightNonce, challenge)
        #expect(OldNonceTests.isStale(await laboratory.registrar.register(request)) == false)
    }

    @Test func `the nonce of another user is not old`() async throws {
        let laboratory = try laboratory()
        var request = laboratory.response(to: try await laboratory.challenge())
        #expect(await laboratory.registrar.register(request).status == 200)
        request.user = UserIdentities(impi: try IMPI("visitor2@partner.example"), impu: request.user.impu)
        #expect(OldNonceTests.isStale(await laboratory.registrar.register(request)) == false)
    }

    @Test func `a nonce is recognised for a bounded time, and so many of them`() async throws {
        let laboratory = try laboratory { $0.issuedNoncesMax = 2 }
        let first = laboratory.response(to: try await laboratory.challenge())
        #expect(await laboratory.registrar.register(first).status == 200)
        _ = try await laboratory.challenge(callID: "second")
        _ = try await laboratory.challenge(callID: "third")
        #expect(OldNonceTests.isStale(await laboratory.registrar.register(first)) == false, "two later ones took its place")
        let later = laboratory.response(to: try await laboratory.challenge(callID: "later"))
        laboratory.clock.advance(.seconds(3_841))
        #expect(OldNonceTests.isStale(await laboratory.registrar.register(later)) == false, "it was sent too long ago")
    }

    @Test(arguments: [true, false]) func `only an old nonce puts stale into the challenge`(isOld: Bool) throws {
        let home = try #require(HomeDomain(realm: "partner.example", serverName: "sip:scscf.partner.example"))
        let challenge = IssuedChallenge(nonce: Array("bm9uY2U=".utf8), callID: [], isAfterOldNonce: isOld)
        let text = String(decoding: home.digestChallenge(challenge).bytes, as: UTF8.self)
        #expect(text.contains("stale=true") == isOld)
    }

    @Test func `a 200 tells the time, of a registration and of a deregistration`() throws {
        let home = try #require(HomeDomain(realm: "partner.example", serverName: "sip:scscf.partner.example"))
        let translator = SIPTranslator(
            home: home, limits: SipCoreLimits(), random: { 7 }, time: { Timestamp(secondsSince1970: 784_111_777) })
        let request = try laboratory().request()
        let contact = GrantedContact(contact: SIPContact(SIPAddress(try SIPURI("sip:a@192.0.2.1"))), expires: 600)
        for contacts in [[contact], []] {
            let answer = UEAnswer(outcome: .registered(contacts, published: []), trace: TraceParent(random: { 7 }))
            let dates = translator.headers(of: answer, to: request).filter { $0.name == .date }.map { String(decoding: $0.value, as: UTF8.self) }
            #expect(dates == ["Sun, 06 Nov 1994 08:49:37 GMT"])
        }
    }
}
