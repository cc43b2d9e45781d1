import AKA
import Base
import Contracts
import Nhss
import SIP
import ServiceKit
import Synchronization
import Testing

@testable import SipCoreStub

/// The registrar with a home database in memory and a software ISIM in front.
@Suite struct RegistrarTests {
    @Test func `a challenge answered by the ISIM registers the user`() async throws {
        let laboratory = try RegistrarLaboratory()
        let challenge = try await laboratory.challenge()
        let answer = await laboratory.answer(to: challenge)
        #expect(answer.status == 200)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu)?.impi == laboratory.user.impi)
    }

    @Test func `a wrong response is 403, and an existing registration stays`() async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        let wrong = await laboratory.answer(to: try await laboratory.challenge()) { $0.response = Array("0123456789abcdef0123456789abcdef".utf8) }
        #expect(wrong.status == 403)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) != nil)
    }

    @Test func `a challenge is answered once`() async throws {
        let laboratory = try RegistrarLaboratory()
        let challenge = try await laboratory.challenge()
        let request = laboratory.response(to: challenge)
        #expect(await laboratory.registrar.register(request).status == 200)
        #expect(await laboratory.registrar.register(request).status == 401, "the same answer again begins anew")
    }

    /// What anybody can send in the name of a user.
    enum Intrusion: CaseIterable {
        case otherCallID, otherCallIDAndInventedNonce, sameCallID, sameCallIDAndInventedNonce, noCallIDAndInventedNonce, otherCallIDAndRightNonce
        case inventedNonceAndAUTS
    }

    @Test(arguments: Intrusion.allCases) func `a request of a stranger ends no challenge`(intrusion: Intrusion) async throws {
        var limits = SipCoreLimits()
        limits.userRate = nil
        let laboratory = try RegistrarLaboratory(limits: limits)
        let challenge = try await laboratory.challenge()
        for _ in 0..<20 { #expect(await laboratory.registrar.register(laboratory.intruding(intrusion, challenge)).status == 401) }
        #expect(await laboratory.answer(to: challenge).status == 200)
    }

    @Test func `a wrong answer to the challenge of a stranger takes nothing from the user`() async throws {
        var limits = SipCoreLimits()
        limits.userRate = nil
        let laboratory = try RegistrarLaboratory(limits: limits)
        let challenge = try await laboratory.challenge()
        let stranger = try await laboratory.challenge(callID: "stranger")
        // The stranger has no card: a card that had answered the later challenge would not answer the earlier one.
        var wrong = laboratory.intruding(.otherCallIDAndRightNonce, stranger)
        wrong.callID = stranger.callID
        #expect(await laboratory.registrar.register(wrong).status == 403)
        for _ in 0..<5 { #expect(await laboratory.registrar.register(wrong).status == 401) }
        #expect(await laboratory.answer(to: challenge).status == 200)
    }

    @Test func `two UEs of one user both get in, in whatever order they answer`() async throws {
        let laboratory = try RegistrarLaboratory()
        let first = try await laboratory.challenge(callID: "first")
        let second = try await laboratory.challenge(callID: "second")
        #expect(await laboratory.answer(to: first).status == 200)
        #expect(await laboratory.answer(to: second).status == 200)
    }

    @Test func `requests that come while vectors are being fetched are all challenged`() async throws {
        let laboratory = try RegistrarLaboratory()
        laboratory.source.hold()
        let answers = await withTaskGroup(of: Int.self) { group in
            for number in 0..<4 { group.addTask { await laboratory.registrar.register(laboratory.request(callID: "\(number)")).status } }
            while laboratory.source.heldCount == 0 { await Task.yield() }
            laboratory.source.release()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == [401, 401, 401, 401])
    }

    @Test func `a deregistration by the network ends the challenges of the user`() async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        let challenge = try await laboratory.challenge()
        #expect(try await laboratory.registrar.deregister(laboratory.user.impu, .unconditional).isDeleted)
        #expect(await laboratory.answer(to: challenge).status == 401)
    }

    @Test func `an answer from another Call-ID is none`() async throws {
        let laboratory = try RegistrarLaboratory()
        let challenge = try await laboratory.challenge()
        var request = laboratory.response(to: challenge)
        request.callID = Array("other".utf8)
        #expect(await laboratory.registrar.register(request).status == 401)
    }

    @Test func `an ISIM that is ahead is resynchronised, with the RAND of our own memory`() async throws {
        let laboratory = try RegistrarLaboratory(cardSQN: 0x100000)
        let challenge = try await laboratory.challenge()
        guard case .challenged(let second) = await laboratory.answer(to: challenge).outcome else {
            Issue.record("no fresh challenge")
            return
        }
        #expect(laboratory.home.resynchronisations == 1)
        #expect(await laboratory.answer(to: second).status == 200)
    }

    @Test func `two new challenges are the most one attempt gets`() async throws {
        let laboratory = try RegistrarLaboratory(cardSQN: 0x100000, heedsResynchronisation: false)
        var challenge = try await laboratory.challenge()
        for _ in 0..<2 {
            guard case .challenged(let next) = await laboratory.answer(to: challenge).outcome else {
                Issue.record("a new challenge was due")
                return
            }
            challenge = next
        }
        #expect(await laboratory.answer(to: challenge).status == 403)
    }

    @Test func `an empty response without auts is a UE that does not believe the network`() async throws {
        let laboratory = try RegistrarLaboratory()
        let challenge = try await laboratory.challenge()
        let answer = await laboratory.answer(to: challenge) { $0.response = [] }
        #expect(answer.status == 403)
    }

    @Test func `a challenge that has waited too long is not accepted`() async throws {
        let laboratory = try RegistrarLaboratory()
        let challenge = try await laboratory.challenge()
        laboratory.clock.advance(.seconds(241))
        #expect(await laboratory.answer(to: challenge).status == 401)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) == nil)
    }

    @Test func `an nc other than the first is refused`() async throws {
        let laboratory = try RegistrarLaboratory()
        let answer = await laboratory.answer(to: try await laboratory.challenge()) { $0.nonceCount = Array("00000002".utf8) }
        #expect(answer.status == 403)
    }

    @Test func `deregistration is authenticated and removes the contact`() async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        var request = laboratory.response(to: try await laboratory.challenge())
        request.expires = 0
        #expect(await laboratory.registrar.register(request).status == 200)
        #expect(await laboratory.registrar.registration(of: laboratory.user.impu) == nil)
    }

    @Test func `an interval that is too brief is 423`() async throws {
        let laboratory = try RegistrarLaboratory()
        var request = laboratory.request()
        request.expires = 10
        #expect(await laboratory.registrar.register(request).status == 423)
    }

    @Test func `a flood of requests in the name of a user spends few vectors, and is told to come later`() async throws {
        let laboratory = try RegistrarLaboratory()
        var statuses: [Int: Int] = [:]
        for number in 0..<3_000 { statuses[await laboratory.registrar.register(laboratory.request(callID: "\(number)")).status, default: 0] += 1 }
        #expect(statuses == [401: 6, 500: 2_994] && laboratory.source.questions.count == 6)
        let answer = await laboratory.registrar.register(laboratory.request())
        guard case .refused(let refusal) = answer.outcome else {
            Issue.record("not refused: \(answer.status)")
            return
        }
        #expect(refusal.retryAfter == .seconds(6), "half a token a second, and three are missing")
        laboratory.clock.advance(.seconds(6))
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        for _ in 0..<32 { _ = try await laboratory.challenge() }
    }

    /// Strangers at three addresses, and one at the address of the UE itself.
    private func flood(_ laboratory: RegistrarLaboratory, rounds: Int = 100) async {
        for round in 0..<rounds {
            for address in ["192.0.2.21:5060", "192.0.2.22:5060", "192.0.2.23:5060", "192.0.2.1:6666"] {
                _ = await laboratory.registrar.register(laboratory.request(callID: "\(round)", from: address))
            }
            laboratory.clock.advance(.milliseconds(100))
        }
    }

    @Test func `strangers keep the user out neither at a new address, nor at the one they share, nor after a restart`() async throws {
        let store = InMemoryRegistrationStore()
        let laboratory = try RegistrarLaboratory(store: store)
        await flood(laboratory)
        for (callID, address) in [("first", "192.0.2.1:5060"), ("second", "192.0.2.99:5060"), ("third", "192.0.2.1:7777")] {
            let challenge = try await laboratory.challenge(callID: callID, from: address)
            #expect(await laboratory.answer(to: challenge, from: address).status == 200)
            await flood(laboratory)
        }
        let restarted = try RegistrarLaboratory(store: store)
        try await restarted.registrar.restore()
        for number in 0..<200 { _ = await restarted.registrar.register(restarted.request(callID: "a\(number)", from: "192.0.2.\(number + 2):1")) }
        _ = try await restarted.challenge(callID: "new", from: "192.0.2.1:8888")
        _ = try await restarted.challenge(callID: "third", from: "198.51.100.1:5060")
    }

    @Test(arguments: [
        (AuthFailure.Code.userNotFound, 403), (.identitiesDontMatch, 403), (.migrationNotAllowed, 403), (.requesterNotAuthorised, 403),
        (.schemeNotSupported, 403), (.authenticationRejected, 403), (.invalidRequest, 500), (.tooManyRequests, 500), (.congested, 503),
        (.peerCongested, 500),
        (.peerInvalid, 500), (.peerUnreachable, 504), (.timedOut, 504), (.internalFailure, 500), (.vectorGenerationFailed, 500),
    ]) func `a source that fails is told as what it is`(code: AuthFailure.Code, status: Int) async throws {
        let laboratory = try RegistrarLaboratory()
        laboratory.home.failure = code
        #expect(await laboratory.registrar.register(laboratory.request()).status == status)
    }
}
