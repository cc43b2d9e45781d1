import Base
import Contracts
import Nhss
import ServiceKit
import Testing

@testable import PartnerMMS

@Suite struct IdentityTranslatorTests {
    @Test func `keeps the promises of a source`() async throws {
        let laboratory = try await BindingLaboratory()
        let contract = SourceContract(
            laboratory.translator(), answers: try laboratory.question(), knowsNothingOf: try IMPI("nobody@partner.example"), in: .test())
        #expect(await contract.breaches() == [])
    }

    @Test func `asks with the primary's identities alone and answers with the partner's`() async throws {
        let laboratory = try await BindingLaboratory()
        let answer = try await laboratory.translator().authenticationInformation(try laboratory.question(), in: .test())
        #expect(answer.impi == laboratory.away && answer.impu == laboratory.awayPublic)
        let asked = try #require(laboratory.home.questions.first)
        #expect(asked.impi == laboratory.homeIMPI && asked.impu == laboratory.homePublic && asked.visitedSystem == nil)
        #expect(laboratory.home.questionContexts.first?.correlationInfo == nil, "it may name the user as the partner does")
    }

    @Test(arguments: [
        ("a disabled binding", #""enabled":false"#), ("one that has expired", #""notAfter":"2026-01-01T00:00:00Z""#),
        ("one that is not valid yet", #""notBefore":"2026-12-31T00:00:00Z""#),
    ]) func `does not let the user in with`(what: String, member: String) async throws {
        let laboratory = try await BindingLaboratory()
        try await laboratory.bind(
            enabled: !member.contains("enabled"),
            validity: Validity(
                notBefore: member.contains("notBefore") ? Timestamp(rfc3339: "2026-12-31T00:00:00Z") : nil,
                notAfter: member.contains("notAfter") ? Timestamp(rfc3339: "2026-01-01T00:00:00Z") : nil))
        #expect(await laboratory.failure(of: try laboratory.question())?.code == .migrationNotAllowed)
        #expect(laboratory.home.questions.isEmpty, "nobody at home is asked")
    }

    @Test func `refuses a public identity that is not the binding's`() async throws {
        let laboratory = try await BindingLaboratory()
        let question = try laboratory.question()
        let other = question.renamed(question.impi, try IMPU("sip:other@partner.example"), visiting: nil)
        #expect(await laboratory.failure(of: other)?.code == .identitiesDontMatch)
        #expect(laboratory.home.questions.isEmpty)
    }

    @Test func `gives nothing on of an answer about somebody else`() async throws {
        let other = try IMPI("other@primary.example")
        let laboratory = try await BindingLaboratory { (answer) throws(AuthFailure) in
            var answer = answer
            answer.impi = other
            return answer
        }
        #expect(await laboratory.failure(of: try laboratory.question())?.code == .peerInvalid)
    }

    @Test(arguments: [AuthFailure.Code.timedOut, .peerUnreachable, .peerCongested, .migrationNotAllowed, .authenticationRejected])
    func `passes the primary's failure on as it is`(code: AuthFailure.Code) async throws {
        let laboratory = try await BindingLaboratory { (_) throws(AuthFailure) in throw AuthFailure(code, "from home") }
        #expect(await laboratory.failure(of: try laboratory.question())?.code == code)
    }

    @Test func `a primary that is congested makes this system not congested`() async throws {
        let laboratory = try await BindingLaboratory { (_) throws(AuthFailure) in throw AuthFailure(.congested, "from home", retryAfter: .seconds(9))
        }
        let failure = await laboratory.failure(of: try laboratory.question())
        #expect(failure?.code == .peerCongested && failure?.retryAfter == .seconds(9))
    }

    @Test func `takes the blame for a request that the primary calls invalid`() async throws {
        let laboratory = try await BindingLaboratory { (_) throws(AuthFailure) in throw AuthFailure(.invalidRequest, "from home") }
        #expect(await laboratory.failure(of: try laboratory.question())?.code == .internalFailure)
    }
}
