import Chain
import Contracts
import Nhss
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
}
