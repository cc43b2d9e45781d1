import Foundation
import Testing

@testable import MCUE

@Suite struct SummaryTests {
    private func report(_ end: RegistrationReport.End, status: Int? = nil, reason: String? = nil, milliseconds: Int = 0) -> RegistrationReport {
        var report = RegistrationReport(end: end, status: status, reason: reason, impi: "a@b", impu: "sip:a@b", trace: UELaboratory.trace)
        report.duration = .milliseconds(milliseconds)
        return report
    }

    @Test func `a run is told in counts, failures by kind, latency and rate`() {
        var summary = Summary()
        for milliseconds in 1...4 { summary.add(report(.registered, status: 200, milliseconds: milliseconds)) }
        summary.add(report(.refused, status: 403, reason: "the server says 403 Forbidden"))
        summary.add(report(.refused, status: 403, reason: "the server says 403 Forbidden"))
        summary.add(report(.noAnswer, reason: "no answer"))
        summary.duration = .seconds(2)
        #expect(
            summary.text == """
                7 registrations, 4 ok, 3 failed, 0 resynchronised
                  failed: 403  2
                  failed: noAnswer  1
                  the server says 403 Forbidden
                  no answer
                latency ms  min 1.0  p50 2.0  p95 4.0  p99 4.0  max 4.0
                2 per second over 2000.0 ms
                """)
        #expect(
            summary.json == #"{"count":7,"ok":4,"failed":3,"failures":{"403":2,"noAnswer":1},"resynchronisations":0,"#
                + #""latencyUs":{"min":1000,"p50":2000,"p95":4000,"p99":4000,"max":4000},"durationUs":2000000,"perSecond":2,"exitCode":1}"#)
    }

    @Test func `nothing that went well has no latency`() {
        var summary = Summary()
        summary.add(report(.serverFault))
        #expect(summary.latency == nil && summary.perSecond == 0 && !summary.text.contains("latency") && !summary.json.contains("latencyUs"))
    }

    @Test(
        arguments: [
            ([], UEExitCode.done), ([.registered, .deregistered], .done), ([.registered, .refused], .refused), ([.noAnswer, .noAnswer], .noAnswer),
            ([.refused, .noAnswer], .failed), ([.networkNotAuthenticated], .networkNotAuthenticated), ([.notSynchronised], .notSynchronised),
            ([.broken], .failed),
        ] as [([RegistrationReport.End], UEExitCode)])
    func `the exit code is the one way in which registrations failed`(ends: [RegistrationReport.End], code: UEExitCode) {
        var summary = Summary()
        for end in ends { summary.add(report(end)) }
        #expect(summary.exitCode == code)
    }

    @Test func `no more than eight reasons are told, each once`() {
        var summary = Summary()
        for number in 0..<20 { summary.add(report(.refused, status: 403, reason: "reason \(number % 10)")) }
        #expect(summary.text.components(separatedBy: "reason ").count - 1 == 8)
    }

    /// The example of the nearest-rank method: of 5 values the 50th percentile is the third, of 100 the 95th is the 95th.
    @Test func `percentiles are taken by nearest rank`() throws {
        let five = try #require(Latency([5, 1, 4, 2, 3].map { .seconds($0) }))
        #expect(five.median == .seconds(3) && five.p95 == .seconds(5) && five.minimum == .seconds(1) && five.maximum == .seconds(5))
        let hundred = try #require(Latency((1...100).map { .seconds($0) }))
        #expect(hundred.median == .seconds(50) && hundred.p95 == .seconds(95) && hundred.p99 == .seconds(99))
        #expect(Latency([]) == nil)
    }

    @Test(arguments: [(0, "0.0"), (49, "0.0"), (50, "0.1"), (41_849, "41.8"), (41_850, "41.9"), (-5, "0.0")])
    func `times are told in milliseconds to a tenth`(microseconds: Int, text: String) {
        #expect(Duration.microseconds(microseconds).millisecondsText == text)
    }
}
