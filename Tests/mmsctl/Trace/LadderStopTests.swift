import Flow
import Testing

@testable import mmsctl

/// A refusal ends the ladder with where it stopped, why, and what to look at.
@Suite struct LadderStopTests {
    typealias Laboratory = LadderLaboratory

    struct Refusal: Sendable, CustomTestStringConvertible {
        let what: String
        let step: Int
        let build: @Sendable (inout Laboratory) -> Void
        let expected: [String]
        var testDescription: String { what }
    }

    /// What the hops before it record of a refusal.
    private static func refuse(_ laboratory: inout Laboratory, _ status: Int, from depth: Int, _ cause: String) {
        if depth >= 7 { laboratory.add(7, status: status, cause, "from the next hop: \(status) \(cause)") }
        if depth >= 3 { laboratory.add(9, status: status, cause, "from the next hop: \(status) \(cause)") }
        laboratory.add(12, status: status, cause, "\(status) \(cause)")
    }

    static let all = [
        Refusal(
            what: "no binding", step: 3,
            build: { laboratory in
                laboratory.add(1)
                laboratory.add(2, status: 404, "USER_NOT_FOUND", "404 USER_NOT_FOUND")
                laboratory.add(3, status: 404, "USER_NOT_FOUND", "no binding has this private identity")
                refuse(&laboratory, 404, from: 3, "USER_NOT_FOUND")
            },
            expected: [
                "step 3, partner-mms@partner.example", "404 USER_NOT_FOUND", "no binding has this private identity",
                "/admin/v1/bindings/visitor1@partner.example",
            ]),
        Refusal(
            what: "the primary does not allow it", step: 7,
            build: { laboratory in
                laboratory.add(1)
                laboratory.add(2, status: 403, "MIGRATION_NOT_ALLOWED", "403 MIGRATION_NOT_ALLOWED")
                laboratory.add(3, status: 200)
                laboratory.add(4, status: 403, "MIGRATION_NOT_ALLOWED", "403 MIGRATION_NOT_ALLOWED")
                laboratory.add(7, status: 403, "MIGRATION_NOT_ALLOWED", "the authorisation is disabled")
                refuse(&laboratory, 403, from: 3, "MIGRATION_NOT_ALLOWED")
            },
            expected: [
                "step 7, primary-mms@primary.example", "403 MIGRATION_NOT_ALLOWED", "the authorisation is disabled",
                "/admin/v1/migration-authorisations/user1@primary.example/partner.example",
            ]),
        Refusal(
            what: "the subscriber is not known", step: 6,
            build: { laboratory in
                laboratory.add(1)
                laboratory.add(2, status: 403, "MIGRATION_NOT_ALLOWED", "403 MIGRATION_NOT_ALLOWED")
                laboratory.add(3, status: 200)
                laboratory.add(4, status: 403, "MIGRATION_NOT_ALLOWED", "403 MIGRATION_NOT_ALLOWED")
                laboratory.add(5, status: 404, "USER_NOT_FOUND", "404 USER_NOT_FOUND")
                laboratory.add(6, by: Laboratory.authDB, status: 404, "USER_NOT_FOUND", "nobody has this private identity")
                refuse(&laboratory, 403, from: 7, "MIGRATION_NOT_ALLOWED")
            },
            expected: [
                "step 6, authdb@primary.example", "404 USER_NOT_FOUND", "nobody has this private identity",
                "/admin/v1/subscribers/user1@primary.example",
            ]),
        Refusal(
            what: "the primary system is down", step: 4,
            build: { laboratory in
                laboratory.add(1)
                laboratory.add(2, status: 504, "TARGET_NF_NOT_REACHABLE", "504 TARGET_NF_NOT_REACHABLE")
                laboratory.add(3, status: 200)
                laboratory.add(4, status: 504, "TARGET_NF_NOT_REACHABLE", "the connection was refused")
                refuse(&laboratory, 504, from: 3, "TARGET_NF_NOT_REACHABLE")
            },
            expected: [
                "step 4, primary-mms@primary.example", "504 TARGET_NF_NOT_REACHABLE", "the connection was refused", "runs", "mmsctl health",
            ]),
        Refusal(
            what: "the answer of the UE is wrong", step: 12,
            build: { laboratory in
                laboratory.addGood(1...11)
                laboratory.add(12, status: 403, "AUTHENTICATION_REJECTED", "the response is wrong")
            },
            expected: ["step 12, sip-core-stub@partner.example", "403 AUTHENTICATION_REJECTED", "the response is wrong", "K and OPc"]),
        Refusal(
            what: "the AUTS is not genuine", step: 6,
            build: { laboratory in
                laboratory.addGood(1...10)
                laboratory.add(11, message: "REGISTER with AUTS")
                laboratory.add(2, status: 403, "AUTHENTICATION_REJECTED", "403 AUTHENTICATION_REJECTED")
                laboratory.add(4, status: 403, "AUTHENTICATION_REJECTED", "403 AUTHENTICATION_REJECTED")
                laboratory.add(5, status: 403, "AUTHENTICATION_REJECTED", "403 AUTHENTICATION_REJECTED")
                laboratory.add(6, by: Laboratory.authDB, status: 403, "AUTHENTICATION_REJECTED", "the MAC-S of the AUTS does not match")
                refuse(&laboratory, 403, from: 7, "AUTHENTICATION_REJECTED")
            },
            expected: ["step 6, authdb@primary.example", "the MAC-S of the AUTS does not match", "keyCheckValue"]),
        Refusal(
            what: "the primary system answers nonsense", step: 8,
            build: { laboratory in
                laboratory.addGood(1...7)
                laboratory.add(8, status: 502, "UPSTREAM_SERVER_ERROR", "the primary system answered for another user than the one asked for")
                refuse(&laboratory, 502, from: 3, "UPSTREAM_SERVER_ERROR")
            },
            expected: ["step 8, partner-mms@partner.example", "502 UPSTREAM_SERVER_ERROR", "for another user"]),
    ]

    @Test(arguments: all) func `the end says where, why and what to look at`(refusal: Refusal) throws {
        var laboratory = Laboratory()
        refusal.build(&laboratory)
        let ladder = laboratory.ladder()
        #expect(!ladder.verdict.isGood)
        let stop = try #require(ladder.stop)
        #expect(stop.place.step == refusal.step)
        for text in refusal.expected { #expect(stop.line.contains(text), "\(stop.line)") }
        let drawn = ladder.drawn(.ascii)
        let words = { (text: String) in text.split { " \n".contains($0) }.joined(separator: " ") }
        #expect(words(drawn).hasSuffix(words("X " + stop.line)), "\(drawn)")
    }

    /// Of a question that failed and the answer that refuses it, the question has the cross: it is the arrow that points at the hop.
    @Test(arguments: all) func `the last cross is at the hop where it stopped`(refusal: Refusal) throws {
        var laboratory = Laboratory()
        refusal.build(&laboratory)
        let ladder = laboratory.ladder()
        let marked = try #require(ladder.rows.last { $0.isMarked })
        let stop = try #require(ladder.stop)
        let hop = marked.place.isQuestion ? marked.place.to : marked.place.from
        let stopHop = stop.place.isQuestion ? stop.place.to : stop.place.recorder
        #expect(hop == stopHop)
    }

    @Test(arguments: all) func `a ladder fits 80 columns`(refusal: Refusal) {
        var laboratory = Laboratory()
        refusal.build(&laboratory)
        for style in [Ladder.Style.unicode, .ascii] {
            for services in [Laboratory.everybody, [Laboratory.core], [Laboratory.authDB, Laboratory.primaryMMS]] {
                for line in laboratory.ladder(services).drawn(style).split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
            }
        }
    }

    @Test(arguments: [Duration.microseconds(1), .milliseconds(99), .milliseconds(999), .seconds(32), .seconds(3_600), .seconds(86_400)])
    func `a ladder with a relay and long waits fits 80 columns`(wait: Duration) {
        var laboratory = Laboratory()
        laboratory.addGood(1...9, relayed: true)
        laboratory.add(10, status: 401, after: wait)
        laboratory.addGood(11...12)
        let drawn = laboratory.ladder().drawn(.unicode)
        for line in drawn.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(drawn.contains("200 7.0 ms"))
    }

    @Test func `an identity that is longer than a line does not break the ladder`() {
        let long = String(repeating: "x", count: 250) + "@partner.example"
        let events = (1...2).map { FlowEvent(trace: Laboratory.trace, step: $0, from: "ue", to: "sip-core-stub@p", message: "m", impi: long) }
        let drawn = Ladder(trace: Laboratory.trace, events: events, services: [Laboratory.core]).drawn(.unicode)
        for line in drawn.split(separator: "\n") { #expect(line.count <= 80) }
    }
}
