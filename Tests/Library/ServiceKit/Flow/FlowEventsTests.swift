import Base
import Contracts
import Flow
import HTTPKit
import Testing

@testable import ServiceKit

@Suite struct FlowEventsTests {
    private let trace = "0af7651916cd43dd8448eb211c80319c"

    private func event(_ step: Int, trace: String? = nil) -> FlowEvent {
        FlowEvent(
            timestamp: Timestamp(microsecondsSince1970: Int64(step)), trace: trace ?? self.trace, step: step, from: "ue", to: "sip-core-stub@p",
            message: "REGISTER")
    }

    private func get(_ events: FlowEvents, _ query: String?) async -> Response {
        var routes = AdminRouter(asking: LocalAdministrator())
        FlowRoutes(events: events).add(to: &routes)
        return await routes.router.answer(Request(method: .get, path: Array("/admin/v1/flow-events".utf8), query: query.map { Array($0.utf8) }))
    }

    @Test func `the events of a trace come in the order they were recorded`() {
        let events = FlowEvents(capacity: 10)
        for step in 1...3 { events.record(event(step)) }
        events.record(event(9, trace: "other"))
        #expect(events.events(trace: trace).map(\.step) == [1, 2, 3])
    }

    @Test func `the oldest event gives way when the ring is full, and is counted`() {
        let events = FlowEvents(capacity: 3)
        for step in 1...5 { events.record(event(step)) }
        #expect(events.count == 3)
        #expect(events.events(trace: trace).map(\.step) == [3, 4, 5])
        #expect(events.overwrittenCount == 2)
    }

    @Test func `a trace nobody knows has no events`() async {
        #expect(await get(FlowEvents(), "trace=\(trace)").text == "{\"flowEvents\":[]}\n")
    }

    @Test(arguments: ["trace=", "trace=1", "trace=0AF7651916CD43DD8448EB211C80319C", "trace=0af7651916cd43dd8448eb211c80319c&trace=x"])
    func `a trace that is no trace id is refused`(query: String) async {
        #expect(await get(FlowEvents(), query).status == .badRequest)
    }

    @Test func `an answer lists the events as JSON`() async {
        let events = FlowEvents()
        events.record(event(2))
        #expect(
            await get(events, "trace=\(trace)").text
                == #"{"flowEvents":[{"ts":"1970-01-01T00:00:00.000002Z","trace":"\#(trace)","step":2,"from":"ue","to":"sip-core-stub@p","#
                + #""message":"REGISTER"}]}"# + "\n")
        #expect(FlowEvent.list(in: await get(events, "trace=\(trace)").body) == [event(2)])
        #expect(TraceSummary.list(in: await get(events, nil).body).map(\.trace) == events.latestTraces().map(\.trace))
    }

    @Test func `without a trace the latest traces are listed, newest first`() async {
        let events = FlowEvents()
        events.record(event(1, trace: "a"))
        events.record(event(2, trace: "b"))
        events.record(event(3, trace: "a"))
        #expect(events.latestTraces().map(\.trace) == ["a", "b"])
        #expect(events.latestTraces().map(\.eventCount) == [2, 1])
        #expect(events.latestTraces(countMax: 1).map(\.trace) == ["a"])
        #expect(await get(events, nil).text.hasPrefix(#"{"traces":[{"trace":"a","ts":"1970-01-01T00:00:00.000003Z","events":2,"step":3,"#))
    }

    @Test func `as many traces are listed as are asked for, and a limit or cursor that makes no sense is refused`() async {
        let events = FlowEvents()
        for number in 1...150 { events.record(event(1, trace: String(number, radix: 16))) }
        #expect(TraceSummary.list(in: await get(events, nil).body).count == 100)
        #expect(TraceSummary.list(in: await get(events, "limit=3").body).count == 3)
        #expect(TraceSummary.list(in: await get(events, "limit=1000").body).count == 150)
        for query in ["limit=0", "limit=1001", "limit=x", "limit=", "cursor=1"] { #expect(await get(events, query).status == .badRequest) }
    }

    @Test func `a limit bounds the events of a trace and the traces, and what is left out is said`() async throws {
        let events = FlowEvents()
        for step in 1...5 { events.record(event(step)) }
        for number in 1...150 { events.record(event(1, trace: String(number, radix: 16))) }
        for (query, count, isCut) in [("", 5, nil), ("&limit=5", 5, nil), ("&limit=4", 4, true), ("&limit=1", 1, true)] as [(String, Int, Bool?)] {
            let body = await get(events, "trace=\(trace)\(query)").body
            #expect(FlowEvent.list(in: body).count == count)
            #expect(try JSONValue(body)["isCut"]?.bool == isCut)
        }
        for (query, isCut) in [(nil, true), ("limit=151", nil), ("limit=150", true)] as [(String?, Bool?)] {
            #expect(try JSONValue(await get(events, query).body)["isCut"]?.bool == isCut)
        }
        for limit in ["0", "1001", "x", "-1", ""] { #expect(await get(events, "trace=\(trace)&limit=\(limit)").status == .badRequest) }
    }

    @Test func `an answer is cut where a slow reader would lose it`() async throws {
        let events = FlowEvents()
        let long = String(repeating: "x", count: 10_000)
        for step in 1...5_000 {
            events.record(FlowEvent(trace: trace, step: step, from: long, to: long, message: long, impi: long, impu: long, reason: long))
        }
        let response = await get(events, "trace=\(trace)")
        #expect(response.body.count < 600_000)
        #expect(try JSONValue(response.body)["isCut"]?.bool == true)
    }
}
