import Chain
import Contracts
import Nhss
import Store
import Testing

@Suite struct OwnSystemOnlyTests {
    let home: HomeDouble
    let source: OwnSystemOnly

    init() throws {
        home = try SignallingLaboratory.home()
        source = OwnSystemOnly(home, systemID: try SystemID(SignallingLaboratory.ownSystem))
    }

    @Test func `to a caller of the own system it keeps what every source promises`() async throws {
        let contract = SourceContract(
            source, answers: try SignallingLaboratory.question(), knowsNothingOf: try IMPI("nobody@primary.example"),
            in: .test(from: try SystemID(SignallingLaboratory.ownSystem)))
        #expect(await contract.breaches() == [])
    }

    @Test(arguments: ["partner.example", "sub.primary.example", nil])
    func `every other caller is refused, and nobody is asked`(caller: String?) async throws {
        let context = CallContext.test(from: try caller.map { try SystemID($0) })
        let question = try SignallingLaboratory.question()
        await #expect(throws: AuthFailure(.requesterNotAuthorised, "")) { try await source.authenticationInformation(question, in: context) }
        #expect(home.questions.isEmpty)
    }

    @Test func `while the store behind it holds no record, it asks the caller to come again, and nobody is called unknown`() async throws {
        let firstRecord = FirstRecord(isMissing: true)
        let own = try SystemID(SignallingLaboratory.ownSystem)
        let source = OwnSystemOnly(home, systemID: own, firstRecord: firstRecord)
        for impi in [SignallingLaboratory.impi, "nobody@primary.example"] {
            let question = try SignallingLaboratory.question(impu: nil).renamed(try IMPI(impi), nil, visiting: nil)
            let failure = await #expect(throws: AuthFailure(.congested, "")) {
                try await source.authenticationInformation(question, in: .test(from: own))
            }
            #expect(failure?.retryAfter == .seconds(10))
            await #expect(throws: AuthFailure(.requesterNotAuthorised, ""), "others learn nothing of it") {
                try await source.authenticationInformation(question, in: .test(from: nil))
            }
        }
        #expect(home.questions.isEmpty)
        firstRecord.arrive()
        _ = try await source.authenticationInformation(try SignallingLaboratory.question(), in: .test(from: own))
        let stranger = try SignallingLaboratory.question(impu: nil).renamed(try IMPI("nobody@primary.example"), nil, visiting: nil)
        await #expect(throws: AuthFailure(.userNotFound, "")) { try await source.authenticationInformation(stranger, in: .test(from: own)) }
    }
}
