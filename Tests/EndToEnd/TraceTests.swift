import Foundation
import Support
import Testing

/// mmsctl trace, with the whole chain behind it.
@Suite(.serialized) struct TraceTests {
    private func mmsctl(_ arguments: [String], _ services: [ServiceProcess]) throws -> Command {
        try Command.run(
            ServiceProcess.binaries.appending(path: "mmsctl").path(), arguments + services.flatMap { ["--admin", $0.ready.admin] })
    }

    @Test func `a registration is one for whoever asks the partner, and open for whoever asks the primary only`() async throws {
        let laboratory = try await ChainLaboratory()
        #expect(try laboratory.register(sqn: "000000100000").status == 0)
        let trace = try ChainTests.lastTrace(laboratory.partnerCore)
        let whole = try mmsctl(["trace", "show", trace], laboratory.services)
        #expect(whole.status == 0 && whole.output.contains("registered  12/12"), "\(whole.output)")
        #expect(whole.output.contains("AUTS") && !whole.output.contains("not asked") && !whole.output.contains("\u{1b}"), "\(whole.output)")
        let partner = try mmsctl(["trace", "show", trace], [laboratory.partnerMMS, laboratory.partnerCore])
        #expect(partner.status == 0 && partner.output.contains("  registered  ") && partner.output.contains("not asked"), "\(partner.output)")
        let primary = try mmsctl(["trace", "show", trace], [laboratory.authDB, laboratory.primaryCore, laboratory.primaryMMS])
        #expect(primary.status == 6 && primary.output.contains("result not known"), "\(primary.output)")
        #expect((whole.output + partner.output + primary.output).split(separator: "\n").allSatisfy { $0.count <= 80 })
        _ = laboratory.stop()
    }

    @Test func `a refusal says where it stopped with the hop's own cause and reason, and is found in the list`() async throws {
        let laboratory = try await ChainLaboratory()
        try Curl.put(
            "\(laboratory.primaryMMS.admin)/admin/v1/migration-authorisations/\(ChainLaboratory.home)/\(ChainLaboratory.partner)",
            #"{"services":["mcptt"],"enabled":false}"#)
        #expect(try laboratory.register().status == 3)
        let trace = try ChainTests.lastTrace(laboratory.partnerCore)
        let events = try Curl.send("GET", "\(laboratory.primaryMMS.admin)/admin/v1/flow-events?trace=\(trace)").body
        #expect(events.contains(#""cause":"MIGRATION_NOT_ALLOWED","reason":"the authorisation is disabled""#), "\(events)")
        let ladder = try mmsctl(["trace", "show", trace], laboratory.services)
        let words = ladder.output.split { " \n".contains($0) }.joined(separator: " ")
        #expect(ladder.status == 1, "\(ladder.output)")
        #expect(
            words.hasSuffix(
                "stopped at step 7, primary-mms@primary.example: 403 MIGRATION_NOT_ALLOWED, the authorisation is disabled; look at "
                    + "/admin/v1/migration-authorisations/user1@primary.example/partner.example of primary-mms"), "\(ladder.output)")
        let list = try mmsctl(["trace", "list", "--impi", ChainLaboratory.home, "--result", "refused"], laboratory.services)
        #expect(list.status == 0 && list.output.contains("\(trace)  refused       \(ChainLaboratory.away)  MIGRATION_NOT_ALLOWED"), "\(list.output)")
        for filter in [["--impi", "other@partner.example"], ["--cause", "USER_NOT_FOUND"], ["--result", "registered"]] {
            #expect(try !mmsctl(["trace", "list"] + filter, laboratory.services).output.contains(trace))
        }
        _ = laboratory.stop()
    }

    @Test func `a trace that nobody knows and a service that does not answer have exit codes of their own`() async throws {
        let directory = try TemporaryDirectory()
        let service = try await ServiceProcess(
            "partner-mms", ChainLaboratory.system(ChainLaboratory.partner) + ["--database", "partner.sqlite"], in: directory)
        let trace = "0af7651916cd43dd8448eb211c80319c"
        let unknown = try mmsctl(["trace", "show", trace], [service])
        #expect(unknown.status == 3 && unknown.output.contains("knows this trace (partner-mms@partner.example)"), "\(unknown.output)")
        #expect(!unknown.output.contains("REGISTER"))
        #expect(try mmsctl(["trace", "show", "nonsense"], [service]).status == 64)
        service.stop()
        let silent = try mmsctl(["trace", "show", trace], [service])
        #expect(silent.status == 6 && silent.output.contains("no answer from \(service.ready.admin)"), "\(silent.output)")
    }
}
