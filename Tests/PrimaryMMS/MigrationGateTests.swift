import Base
import Contracts
import Nhss
import ServiceKit
import Store
import Testing

@testable import PrimaryMMS

@Suite struct MigrationGateTests {
    @Test func `keeps the promises of a source`() async throws {
        let laboratory = try await GateLaboratory()
        let contract = SourceContract(
            laboratory.gate(), answers: laboratory.question, knowsNothingOf: try IMPI("nobody@primary.example"), in: laboratory.context)
        #expect(await contract.breaches() == [])
    }

    @Test func `tells the SIP database which system the user visits, whatever the partner said`() async throws {
        let laboratory = try await GateLaboratory()
        let question = laboratory.question.renamed(laboratory.user, laboratory.userPublic, visiting: try SystemID("elsewhere.example"))
        _ = try await laboratory.gate().authenticationInformation(question, in: laboratory.context)
        #expect(laboratory.home.questions.first?.visitedSystem == laboratory.partner)
    }

    @Test func `asks nobody for a caller who is no partner`() async throws {
        let laboratory = try await GateLaboratory()
        for peer in [nil, try SystemID("stranger.example")] {
            #expect(await laboratory.failure(from: peer)?.code == .requesterNotAuthorised)
        }
        try await laboratory.setPartner(enabled: false)
        #expect(await laboratory.failure(from: laboratory.partner)?.code == .requesterNotAuthorised)
        #expect(laboratory.home.questions.isEmpty)
    }

    @Test func `knows a partner by the names of its certificate`() async throws {
        let laboratory = try await GateLaboratory()
        #expect(await laboratory.failure(from: try SystemID("mms.partner.example")) == nil)
        #expect(laboratory.home.questions.first?.visitedSystem == laboratory.partner)
    }

    @Test func `lets nobody migrate without an authorisation that is enabled and valid now`() async throws {
        let laboratory = try await GateLaboratory()
        try await laboratory.authorise(enabled: false)
        #expect(await laboratory.failure(from: laboratory.partner)?.code == .migrationNotAllowed)
        try await laboratory.authorise(validity: Validity(notAfter: Timestamp(rfc3339: "2026-11-23T11:59:59Z")))
        #expect(await laboratory.failure(from: laboratory.partner)?.code == .migrationNotAllowed)
        try await laboratory.authorise(validity: Validity(notBefore: Timestamp(rfc3339: "2026-11-23T12:00:01Z")))
        #expect(await laboratory.failure(from: laboratory.partner)?.code == .migrationNotAllowed)
        #expect(laboratory.home.questions.isEmpty)
        try await laboratory.authorise(
            validity: Validity(notBefore: Timestamp(rfc3339: "2026-11-23T12:00:00Z"), notAfter: Timestamp(rfc3339: "2026-11-23T12:00:00Z")))
        #expect(await laboratory.failure(from: laboratory.partner) == nil, "the ends belong to the window")
    }

    @Test func `an authorisation for one partner is none for another`() async throws {
        let laboratory = try await GateLaboratory()
        let other = try SystemID("other.example")
        _ = try await laboratory.store.put(PartnerSystem(systemID: other, certificateNames: [], rateLimit: nil, enabled: true), .unconditional)
        #expect(await laboratory.failure(from: other)?.code == .migrationNotAllowed)
    }

    @Test(arguments: [AuthFailure.Code.userNotFound, .identitiesDontMatch, .requesterNotAuthorised])
    func `does not tell a partner whether the user exists`(code: AuthFailure.Code) async throws {
        let laboratory = try await GateLaboratory { (_) throws(AuthFailure) in throw AuthFailure(code, "from the SIP database") }
        #expect(await laboratory.failure(from: laboratory.partner)?.code == .migrationNotAllowed)
    }

    @Test func `a partner gets no more vectors of one user than are due, and asks the SIP database for no more`() async throws {
        let laboratory = try await GateLaboratory()
        let gate = laboratory.gate(VectorRateLimiter(userRate: TokenRate(perSecond: 1, burst: 3)))
        _ = try await gate.authenticationInformation(laboratory.question.asking(for: 2), in: laboratory.context)
        _ = try await gate.authenticationInformation(laboratory.question.asking(for: 2), in: laboratory.context)
        await #expect(throws: AuthFailure(.tooManyRequests, "")) {
            _ = try await gate.authenticationInformation(laboratory.question, in: laboratory.context)
        }
        #expect(laboratory.home.questions.map(\.numberOfItems) == [2, 1])
    }

    @Test func `passes on the set of identities that belongs to the one asked for, and no other`() async throws {
        let set = [AssociatedIdentity(try IMPU("tel:+15550100")), AssociatedIdentity(try IMPU("sip:user1@primary.example"), isBarred: true)]
        for (count, isTaken) in [(2, true), (1, false)] {
            let laboratory = try await GateLaboratory { (answer) throws(AuthFailure) in
                var answer = answer
                answer.associatedIdentities = Array(set.prefix(count))
                return answer
            }
            #expect(await laboratory.failure(from: laboratory.partner)?.code == (isTaken ? nil : .peerInvalid))
            guard isTaken else { continue }
            let answer = try await laboratory.gate().authenticationInformation(laboratory.question, in: laboratory.context)
            #expect(answer.associatedIdentities == set)
        }
    }

    @Test func `keeps the last result of each user in each system`() async throws {
        let laboratory = try await GateLaboratory()
        _ = await laboratory.failure(from: laboratory.partner)
        #expect(try await laboratory.status.status(of: laboratory.user).map(\.result) == ["VECTORS_ISSUED"])
        try await laboratory.authorise(enabled: false)
        _ = await laboratory.failure(from: laboratory.partner)
        let last = try await laboratory.status.status(of: laboratory.user)
        #expect(last.map(\.result) == ["REFUSED"] && last.first?.cause == "migrationNotAllowed" && last.first?.systemID == laboratory.partner)
    }

    @Test func `while there is no record at all, every caller is asked to come again, and afterwards refused as before`() async throws {
        let laboratory = try await GateLaboratory(firstRecord: FirstRecord(isMissing: true))
        for peer in [laboratory.partner, nil, try SystemID("stranger.example")] {
            let failure = await laboratory.failure(from: peer)
            #expect(failure?.code == .congested && failure?.retryAfter != nil)
        }
        #expect(laboratory.home.questions.isEmpty)
        laboratory.firstRecord.arrive()
        #expect(await laboratory.failure(from: try SystemID("stranger.example"))?.code == .requesterNotAuthorised)
        #expect(await laboratory.failure(from: laboratory.partner) == nil)
    }

    @Test func `while there is no record at all, every certificate with a name opens a connection, and then only those of partners`() async throws {
        let laboratory = try await GateLaboratory(firstRecord: FirstRecord(isMissing: true))
        let names = PartnerNames(laboratory.store)
        #expect(names.recognise(["stranger.example"], before: laboratory.firstRecord) == "stranger.example")
        #expect(names.recognise([], before: laboratory.firstRecord) == nil)
        laboratory.firstRecord.arrive()
        try await names.refresh()
        #expect(names.recognise(["stranger.example"], before: laboratory.firstRecord) == nil)
        #expect(names.recognise(["x.example", "MMS.partner.example"], before: laboratory.firstRecord) == "MMS.partner.example")
    }
}
