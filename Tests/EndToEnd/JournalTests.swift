import Foundation
import Support
import Testing

/// What the logs of the services tell of a registration and of what administrators did before it.
@Suite(.serialized) struct JournalTests {
    @Test func `a registration and every change are lines with a trace, and no line has an identity or a secret`() async throws {
        let laboratory = try await ChainLaboratory()
        #expect(try laboratory.register().status == 0)
        #expect(await eventually { laboratory.partnerCore.logCount(#""msg":"registered""#) == 1 })
        let line = try #require(laboratory.partnerCore.log.split(separator: "\n").first { $0.contains(#""msg":"registered""#) })
        let members = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let trace = try #require(members["trace"] as? String)
        #expect(members["level"] as? String == "info")
        let events = try Curl.send("GET", "\(laboratory.partnerMMS.admin)/admin/v1/flow-events?trace=\(trace)")
        #expect(events.body.contains(#""step":3"#), "the trace is that of the whole chain: \(events.body)")
        for (service, count) in [(laboratory.authDB, 1), (laboratory.primaryMMS, 2), (laboratory.partnerMMS, 2)] {
            #expect(await eventually { service.logCount(#""msg":"changed""#) == count }, "\(service.log)")
        }
        for service in laboratory.services {
            for secret in [ChainLaboratory.k, ChainLaboratory.opc, "visitor1", "user1"] { #expect(!service.log.contains(secret), "\(service.name)") }
        }
        _ = laboratory.stop()
    }
}
