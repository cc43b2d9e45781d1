import Base
import Chain
import Contracts
import HTTPKit
import Nhss
import NhssHTTP
import ServiceKit
import Support
import Testing

@Suite struct SignallingRouterTests {
    /// Fails as it is told, and gives the reason that it is told.
    private struct Failing: AuthenticationInformationSource {
        let failure: AuthFailure

        func authenticationInformation(
            _ request: AuthenticationInformationRequest, in context: CallContext
        ) async throws(AuthFailure) -> AuthenticationInformation {
            throw failure
        }
    }

    @Test(arguments: ["primary.example", "partner.example"])
    func `without TLS a caller is the system that the operator names`(system: String) async throws {
        let laboratory = try SignallingLaboratory(callersAre: system)
        let home = try SignallingLaboratory.home()
        #expect(try await SignallingLaboratory.ask(laboratory.service.signallingRouter(home)).status == .ok)
        #expect(try home.questionContexts.map(\.peer) == [SystemID(system)])
        #expect(laboratory.lines.isEmpty)
        await laboratory.close()
    }

    @Test(arguments: AuthFailure.Code.allCases)
    func `a failure is a line in the log with its trace, and never with an identity`(code: AuthFailure.Code) async throws {
        let laboratory = try SignallingLaboratory()
        let router = laboratory.service.signallingRouter(Failing(failure: AuthFailure(code, "as the test wants it")))
        let response = try await SignallingLaboratory.ask(router)
        #expect(AuthFailure(refusal: response).code == code)
        #expect(await eventually { !laboratory.lines.isEmpty })
        #expect(laboratory.lines.count == 1)
        let line = try #require(laboratory.lines.first)
        let json = try JSONValue(Array(line.utf8))
        #expect(json["level"]?.string == "warning")
        #expect(json["trace"]?.string == SignallingLaboratory.trace)
        #expect(json["peer"]?.string == SignallingLaboratory.ownSystem)
        #expect(json["cause"]?.string == code.rawValue)
        #expect(json["reason"]?.string == "as the test wants it")
        #expect(!line.contains("user1"))
        let metrics = String(decoding: laboratory.service.metrics.text(), as: UTF8.self)
        #expect(metrics.contains("mc_authentication_failures_total{cause=\"\(code.rawValue)\"} 1"))
        await laboratory.close()
    }

    @Test(arguments: AuthFailure.Code.allCases)
    func `a failure of a question that the service asks on its own account counts once, and is thrown on`(code: AuthFailure.Code) async throws {
        let laboratory = try SignallingLaboratory()
        let source = laboratory.service.countingFailures(of: Failing(failure: AuthFailure(code, "as the test wants it")))
        let response = try await SignallingLaboratory.ask(laboratory.service.signallingRouter(HomeDouble([:])))
        #expect(response.status == .notFound)
        await #expect(throws: AuthFailure(code, "")) { try await source.authenticationInformation(try SignallingLaboratory.question(), in: .test()) }
        let counted = String(decoding: laboratory.service.metrics.text(), as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("mc_authentication_failures_total{") && !$0.hasSuffix(" 0") }
        let own = "mc_authentication_failures_total{cause=\"\(code.rawValue)\"} "
        let found = "mc_authentication_failures_total{cause=\"\(AuthFailure.Code.userNotFound.rawValue)\"} "
        #expect(Set(counted.map { "\($0)" }) == (code == .userNotFound ? [own + "2"] : [own + "1", found + "1"]))
        await laboratory.close()
    }

    @Test func `of a source that finds no user the log tells no identity either`() async throws {
        let laboratory = try SignallingLaboratory()
        let router = laboratory.service.signallingRouter(HomeDouble([:]))
        #expect(try await SignallingLaboratory.ask(router).status == .notFound)
        #expect(await eventually { !laboratory.lines.isEmpty })
        #expect(laboratory.lines.count == 1)
        #expect(laboratory.lines.allSatisfy { !$0.contains("user1") })
        await laboratory.close()
    }
}
