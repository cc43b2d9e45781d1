import Flow
import Testing

@testable import mmsctl

@Suite struct LadderTests {
    typealias Laboratory = LadderLaboratory

    private func good(relayed: Bool = false) -> Laboratory {
        var laboratory = Laboratory()
        laboratory.addGood(1...12, relayed: relayed)
        return laboratory
    }

    // MARK: The verdict is that of step 12

    @Test func `twelve good steps are a registration`() {
        let ladder = good().ladder()
        #expect(ladder.verdict == .registered)
        #expect(ladder.rows.map(\.step) == Array(1...12))
        #expect(ladder.drawn(.ascii).contains("\(Laboratory.trace)  registered  12/12  11.0 ms"))
        #expect(!ladder.parties.contains(.primaryCore) && ladder.stop == nil)
    }

    @Test func `a primary core that relays has a column, and steps 5 and 6 two arrows`() {
        let ladder = good(relayed: true).ladder()
        #expect(ladder.verdict == .registered)
        #expect(ladder.parties.contains(.primaryCore))
        #expect(ladder.rows.map(\.step) == [1, 2, 3, 4, 5, 5, 6, 6, 7, 8, 9, 10, 11, 12])
        #expect(ladder.rows.allSatisfy { $0.gap == nil })
    }

    @Test(arguments: [[Laboratory.core], [Laboratory.core, Laboratory.partnerMMS], [Laboratory.core, Laboratory.authDB]])
    func `a registration is one, whoever else was not asked`(services: [ServiceName]) {
        let ladder = good(relayed: true).ladder(services)
        #expect(ladder.verdict == .registered)
        #expect(ladder.gaps(.noRecord).isEmpty && ladder.gaps(.neverSent).isEmpty)
        #expect(!ladder.gaps(.notAsked).isEmpty)
    }

    @Test func `where only the primary's services are asked nobody claims that the UE is not registered`() {
        let ladder = good(relayed: true).ladder([Laboratory.primaryMMS, Laboratory.primaryCore, Laboratory.authDB])
        #expect(ladder.verdict == .notKnown("the partner's SIP core was not asked, and only it knows step 12"))
        #expect(ladder.gaps(.notAsked) == [1, 2, 3, 4, 8, 9, 10, 11, 12])
        #expect(ladder.drawn(.unicode).contains("result not known") && !ladder.drawn(.unicode).contains("not registered"))
    }

    @Test func `the primary's SIP core is not taken for the partner's`() {
        var laboratory = Laboratory()
        for step in [3, 4] { laboratory.add(step, status: 200) }
        let ladder = laboratory.ladder([Laboratory.partnerMMS, Laboratory.primaryCore])
        #expect(ladder.gaps(.notAsked).contains(12))
    }

    @Test func `the primary's SIP core alone is not taken for the partner's either`() {
        let ladder = good(relayed: true).ladder([Laboratory.primaryCore])
        #expect(ladder.verdict == .notKnown("the partner's SIP core was not asked, and only it knows step 12"))
        #expect(ladder.gaps(.notAsked).contains(12) && ladder.gaps(.neverSent).isEmpty)
    }

    @Test(arguments: [(403, Verdict.refused(403)), (423, .refused(423)), (500, .failed(500)), (504, .failed(504))])
    func `a refusal is a refusal, and a fault of a server a failure`(status: Int, verdict: Verdict) {
        var laboratory = Laboratory()
        laboratory.add(1)
        laboratory.add(12, status: status, "CAUSE", "a reason")
        #expect(laboratory.ladder().verdict == verdict)
    }

    @Test func `a deregistration is one`() {
        var laboratory = Laboratory()
        laboratory.addGood(1...11)
        laboratory.add(12, status: 200, message: "deregistered")
        #expect(laboratory.ladder().verdict == .deregistered && laboratory.ladder().verdict.isGood)
    }

    @Test func `a UE that never answers its challenge has not finished`() {
        var laboratory = Laboratory()
        laboratory.addGood(1...10)
        #expect(laboratory.ladder().verdict == .unfinished("the UE has not answered the challenge"))
        #expect(laboratory.ladder().gaps(.neverSent) == [11, 12])
    }

    @Test func `a refusal that a service on the way gave is known without the SIP core`() {
        var laboratory = Laboratory()
        laboratory.add(7, status: 403, "MIGRATION_NOT_ALLOWED", "the authorisation is disabled")
        let ladder = laboratory.ladder([Laboratory.primaryMMS, Laboratory.authDB])
        #expect(ladder.verdict == .refused(403))
        #expect(ladder.gaps(.neverSent) == [5, 6, 8, 10, 11] && ladder.gaps(.notAsked) == [1, 2, 3, 4, 9, 12])
    }

    // MARK: Gaps

    @Test(arguments: 2...11) func `a step that was made and is not remembered has no record`(step: Int) {
        var laboratory = Laboratory()
        for other in 1...12 where other != step { laboratory.addGood(other...other) }
        let ladder = laboratory.ladder()
        #expect(ladder.verdict == .registered)
        #expect(ladder.gaps(.noRecord) == [step] && ladder.gaps(.notAsked).isEmpty && ladder.gaps(.neverSent).isEmpty)
        #expect(ladder.rows.map(\.step) == Array(1...12))
    }

    @Test func `the three kinds of gap are drawn in three ways`() {
        var laboratory = Laboratory()
        laboratory.addGood(1...12)
        let recorded = laboratory.events.filter { ![2, 10].contains($0.step) && $0.step != 5 && $0.step != 7 }
        let ladder = Ladder(
            trace: Laboratory.trace, events: recorded, services: [Laboratory.core, Laboratory.partnerMMS, Laboratory.authDB])
        let text = ladder.drawn(.unicode)
        #expect(ladder.gaps(.noRecord) == [2, 10] && ladder.gaps(.notAsked) == [5, 7])
        #expect(text.contains("╌╌╌▶") && text.contains("no record") && text.contains("···▶") && text.contains("not asked"))
        var refused = Laboratory()
        refused.add(1)
        refused.add(2, status: 403)
        refused.add(3, status: 403)
        refused.add(9, status: 403)
        refused.add(12, status: 403)
        let lines = refused.ladder().drawn(.unicode).split(separator: "\n").filter { $0.contains("never sent") }
        #expect(lines.count == 7 && lines.allSatisfy { !$0.contains("─") && !$0.contains("·") && !$0.contains("╌") })
    }

    // MARK: Several attempts

    @Test func `the AUTS of a resynchronisation is shown on every hop`() {
        var laboratory = Laboratory()
        laboratory.addGood(1...10)
        laboratory.add(11, message: "REGISTER with AUTS")
        for step in [2, 4, 5] { laboratory.add(step, status: 200, message: "get SIP authentication information request with AUTS") }
        for step in [6, 7, 9] { laboratory.add(step, status: 200) }
        laboratory.addGood(10...12)
        let ladder = laboratory.ladder()
        #expect(ladder.verdict == .registered)
        let text = ladder.drawn(.ascii)
        #expect(text.components("AUTS") == 4 && text.components("auth+AUTS") == 3)
    }

    @Test func `of several attempts in one trace the last counts`() {
        var laboratory = Laboratory()
        laboratory.addGood(1...11)
        laboratory.add(12, status: 403, "AUTHENTICATION_REJECTED", "the response is wrong")
        laboratory.addGood(1...12)
        #expect(laboratory.ladder().verdict == .registered && laboratory.ladder().stop == nil)
        laboratory.add(1)
        laboratory.add(2, status: 504, "TARGET_NF_NOT_REACHABLE", "connection refused")
        laboratory.add(12, status: 504, "TARGET_NF_NOT_REACHABLE", "connection refused")
        #expect(laboratory.ladder().verdict == .failed(504))
        #expect(laboratory.ladder().stop?.place.step == 2)
    }

    @Test func `without any event nothing is claimed`() {
        let ladder = Ladder(trace: "t", events: [], services: [])
        #expect(ladder.verdict == .notKnown("the partner's SIP core was not asked, and only it knows step 12"))
        #expect(ladder.gaps(.notAsked) == Array(1...12))
    }
}

extension String {
    /// How often a text occurs.
    func components(_ text: String) -> Int { ranges(of: text).count }
}
