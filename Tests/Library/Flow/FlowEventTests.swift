import Base
import Flow
import HTTPKit
import Testing

@Suite struct FlowEventTests {
    private let trace = "0af7651916cd43dd8448eb211c80319c"

    private func json(_ event: FlowEvent) -> String {
        var writer = JSONWriter()
        event.write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func list(_ elements: String) -> [FlowEvent] { FlowEvent.list(in: Array(#"{"flowEvents":[\#(elements)]}"#.utf8)) }

    @Test func `an event shows all that it has`() {
        let event = FlowEvent(
            timestamp: Timestamp(microsecondsSince1970: 1), trace: trace, step: 2, from: "a", to: "b", message: "m", status: 403,
            duration: .microseconds(412), impi: "x@y", impu: "sip:x=1@y", cause: "MIGRATION_NOT_ALLOWED", reason: "no")
        #expect(
            json(event)
                == #"{"ts":"1970-01-01T00:00:00.000001Z","trace":"\#(trace)","step":2,"from":"a","to":"b","message":"m","status":403,"durUs":412,"#
                + #""impi":"x@y","impu":"sip:x=1@y","cause":"MIGRATION_NOT_ALLOWED","reason":"no"}"#)
    }

    @Test func `an event leaves out what it does not have`() {
        let event = FlowEvent(timestamp: Timestamp(secondsSince1970: 0), trace: trace, step: 3, from: "a", to: "a", message: "m")
        #expect(json(event) == #"{"ts":"1970-01-01T00:00:00.000000Z","trace":"\#(trace)","step":3,"from":"a","to":"a","message":"m"}"#)
    }

    @Test func `an event reads back as it was written`() {
        let full = FlowEvent(
            trace: trace, step: 12, from: "sip-core-stub@p", to: "ue", message: "registered", status: 200, duration: .milliseconds(12),
            impi: "x@y", impu: "sip:x@y", cause: "SYSTEM_FAILURE", reason: "fine")
        let bare = FlowEvent(trace: trace, step: 1, from: "ue", to: "sip-core-stub@p", message: "REGISTER")
        #expect(list(json(full) + "," + json(bare)) == [full, bare])
    }

    @Test(arguments: [
        "7", "null", #"{"step":"1"}"#, #"{"ts":"yesterday","step":1,"from":"a","to":"b"}"#, #"{"ts":"2026-11-23T22:42:57Z","step":1,"from":"a"}"#,
    ])
    func `what is no event is left out`(element: String) {
        let good = #"{"ts":"2026-11-23T22:42:57Z","step":1,"from":"a","to":"b","more":[1]}"#
        #expect(list("\(good),\(element),\(good)").map(\.step) == [1, 1])
    }

    @Test(arguments: ["", "rubbish", "[]", #"{"flowEvents":{}}"#]) func `an answer that lists no events has none`(answer: String) {
        #expect(FlowEvent.list(in: Array(answer.utf8)).isEmpty)
        #expect(TraceSummary.list(in: Array(answer.utf8)).isEmpty)
    }

    @Test func `text is cut and made visible, whoever sent it`() {
        let event = FlowEvent(trace: trace, step: 1, from: "a\nb", to: String(repeating: "x", count: 10_000), message: "m")
        #expect(event.from == #"a\u{a}b"#)
        #expect(event.to.utf8.count < 300)
    }

    @Test(arguments: [(200, false), (401, false), (403, true), (504, true), (nil, false)] as [(Int?, Bool)])
    func `a step has failed where its status refuses, and a challenge is no failure`(status: Int?, hasFailed: Bool) {
        #expect(FlowEvent(trace: trace, step: 10, from: "a", to: "b", message: "m", status: status).hasFailed == hasFailed)
    }

    @Test func `a summary of a trace reads back as it was written`() {
        let last = FlowEvent(
            timestamp: Timestamp(microsecondsSince1970: 3), trace: trace, step: 12, from: "", to: "", message: "notAuthorised", status: 403,
            impi: "x@y", cause: "MIGRATION_NOT_ALLOWED")
        let summary = TraceSummary(last: last, eventCount: 2)
        var writer = JSONWriter()
        summary.write(to: &writer)
        let json = String(decoding: writer.bytes, as: UTF8.self)
        #expect(
            json == #"{"trace":"\#(trace)","ts":"1970-01-01T00:00:00.000003Z","events":2,"step":12,"message":"notAuthorised","status":403,"#
                + #""impi":"x@y","cause":"MIGRATION_NOT_ALLOWED"}"#)
        #expect(TraceSummary.list(in: Array(#"{"traces":[\#(json),{"trace":1}]}"#.utf8)) == [summary])
    }
}
