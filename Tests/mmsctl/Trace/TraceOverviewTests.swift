import Base
import Flow
import HTTPKit
import Testing

@testable import mmsctl

@Suite struct TraceOverviewTests {
    private func summary(
        _ step: Int, _ second: Int64, trace: String = "a", status: Int? = nil, impi: String = "visitor1@partner.example", cause: String? = nil,
        message: String = "registered"
    ) -> TraceSummary {
        TraceSummary(
            last: FlowEvent(
                timestamp: Timestamp(secondsSince1970: second), trace: trace, step: step, from: "", to: "", message: message, status: status,
                impi: impi, cause: cause), eventCount: 1)
    }

    private func merged(_ summaries: TraceSummary...) -> [TraceOverview] {
        TraceOverview.merged(summaries.map { (LadderLaboratory.core, [$0]) })
    }

    @Test func `a trace is one line, whoever tells of it, and the newest comes first`() {
        let traces = merged(
            summary(12, 5, status: 200), summary(9, 4, status: 200), summary(6, 3, status: 200, impi: "user1@primary.example"),
            summary(12, 9, trace: "b", status: 403, cause: "AUTHENTICATION_REJECTED"))
        #expect(traces.map(\.trace) == ["b", "a"])
        #expect(traces.map(\.verdict) == [.refused(403), .registered])
        #expect(traces.last?.identities == ["visitor1@partner.example", "user1@primary.example"])
        #expect(
            traces.first?.line
                == "1970-01-01T00:00:09Z  b\(String(repeating: " ", count: 31))  refused       visitor1@partner.example  AUTHENTICATION_REJECTED")
    }

    @Test func `the cause is that of the hop furthest along the chain`() {
        let traces = merged(
            summary(12, 5, status: 403, cause: "MIGRATION_NOT_ALLOWED"), summary(9, 4, status: 403, cause: "MIGRATION_NOT_ALLOWED"),
            summary(6, 3, status: 404, impi: "user1@primary.example", cause: "USER_NOT_FOUND"))
        #expect(traces.map(\.cause) == ["USER_NOT_FOUND"])
    }

    @Test func `without the SIP core a good answer leaves the result open, and a refusal does not`() {
        #expect(merged(summary(9, 4, status: 200)).map(\.verdict.word) == ["unknown"])
        #expect(merged(summary(7, 4, status: 403, cause: "MIGRATION_NOT_ALLOWED")).map(\.verdict.word) == ["refused"])
        #expect(merged(summary(10, 4, status: 401, message: "challenged")).map(\.verdict.word) == ["unfinished"])
        #expect(merged(summary(12, 4, status: 200, message: "deregistered")).map(\.verdict.word) == ["deregistered"])
    }

    @Test func `as JSON a trace has all its identities`() throws {
        let trace = try #require(merged(summary(12, 5, status: 200), summary(6, 3, status: 200, impi: "user1@primary.example")).first)
        #expect(
            trace.json
                == #"{"ts":"1970-01-01T00:00:05.000000Z","trace":"a","result":"registered","impis":["visitor1@partner.example","#
                + #""user1@primary.example"]}"#)
    }
}
