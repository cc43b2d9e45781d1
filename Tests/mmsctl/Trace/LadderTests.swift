import Flow
import Testing

@testable import mmsctl

@Suite struct LadderTests {
    /// The events of one registration as the services tell them, a millisecond apart.
    private func events(_ steps: [Int], relayed: Bool = false, failing: Int? = nil) -> [FlowEvent] {
        var json: [String] = []
        func add(_ step: Int, _ from: String, _ to: String) {
            let milliseconds = json.count
            let status = step == failing ? 403 : step == 10 ? 401 : 200
            let digits = String(repeating: "0", count: 6 - String(milliseconds * 1_000).count) + String(milliseconds * 1_000)
            json.append(
                #"{"ts":"2026-11-23T22:42:57.\#(digits)Z","trace":"t","step":\#(step),"from":"\#(from)","to":"\#(to)","message":"m","#
                    + #""status":\#(status),"impi":"a@b"}"#)
        }
        for step in steps {
            add(step, step == 6 ? "authdb@h" : "x@h", "y@h")
            if relayed, step == 5 || step == 6 { add(step, "sip-core-stub@h", "y@h") }
        }
        return FlowEvent.list(in: Array("{\"flowEvents\":[\(json.joined(separator: ","))]}".utf8))
    }

    @Test func `twelve good steps are a registration`() {
        let ladder = Ladder(trace: "t", events: events(Array(1...12)))
        #expect(ladder.isComplete)
        #expect(ladder.rows.map(\.step) == Array(1...12))
        #expect(ladder.drawn(.ascii).contains("t  registered  12/12  11.0 ms"))
        #expect(!ladder.columns.contains { $0.name == "primary-core" })
    }

    @Test func `a primary core that relays has a column, and steps 5 and 6 two arrows`() {
        let ladder = Ladder(trace: "t", events: events(Array(1...12), relayed: true))
        #expect(ladder.isComplete)
        #expect(ladder.columns.contains { $0.name == "primary-core" })
        #expect(ladder.rows.filter { $0.step == 5 }.count == 2 && ladder.rows.filter { $0.step == 6 }.count == 2)
    }

    @Test(arguments: 1...12) func `a step that nobody recorded is drawn as missing`(step: Int) {
        let ladder = Ladder(trace: "t", events: events((1...12).filter { $0 != step }))
        #expect(!ladder.isComplete)
        #expect(ladder.rows.map(\.step) == Array(1...12))
        #expect(ladder.rows.filter(\.isMissing).map(\.step) == [step])
        #expect(ladder.drawn(.ascii).contains("missing") && ladder.drawn(.ascii).contains("11/12"))
    }

    @Test func `a refused registration is not complete, and says where it stopped`() {
        let ladder = Ladder(trace: "t", events: events([1, 2, 3, 9, 12], failing: 3))
        #expect(!ladder.isComplete)
        #expect(ladder.drawn(.unicode).contains("✗") && ladder.drawn(.ascii).contains("X"))
        #expect(ladder.rows.filter(\.isMissing).map(\.step) == [4, 5, 6, 7, 8, 10, 11])
    }

    @Test func `without any event every step is missing`() {
        let ladder = Ladder(trace: "t", events: [])
        #expect(!ladder.isComplete && ladder.rows.count == 12 && ladder.rows.allSatisfy(\.isMissing))
    }
}
