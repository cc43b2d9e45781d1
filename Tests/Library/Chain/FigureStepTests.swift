import Base
import Chain
import Contracts
import Flow
import Nhss
import ServiceKit
import Testing

@testable import NhssHTTP

@Suite struct FigureStepTests {
    let events = FlowEvents()

    private func step(_ moment: FigureStep.Moment) -> FigureStep {
        FigureStep(5, from: "primary-mms@primary.example", to: "authdb@primary.example", FigureStep.request, moment)
    }

    private func observation(_ duration: Duration, isResynchronisation: Bool = false) throws -> ObservedSource.Observation {
        ObservedSource.Observation(
            traceParent: TraceParent { 7 }, impi: try IMPI(SignallingLaboratory.impi), impu: try IMPU(SignallingLaboratory.impu),
            status: 200, cause: nil, reason: nil, isResynchronisation: isResynchronisation, duration: duration)
    }

    @Test func `a question that passes is recorded as an event of its trace`() async throws {
        let source = ObservedSource(try SignallingLaboratory.home(), step(.answered).observer(events))
        let context = CallContext.test()
        _ = try await source.authenticationInformation(try SignallingLaboratory.question(), in: context)
        let event = try #require(events.events(trace: context.traceParent.traceIDText).first)
        #expect(event.trace == context.traceParent.traceIDText)
        #expect(event.step == 5)
        #expect(event.from == "primary-mms@primary.example")
        #expect(event.to == "authdb@primary.example")
        #expect(event.message == "get SIP authentication information request")
        #expect(event.status == 200)
        #expect(event.impi == "\(SignallingLaboratory.impi)")
        #expect(event.impu == "\(SignallingLaboratory.impu)")
        #expect(event.cause == nil && event.reason == nil)
        #expect(events.count == 1)
    }

    @Test func `a question that fails is recorded with its status, its cause and its reason`() async throws {
        let source = ObservedSource(HomeDouble([:]), step(.answered).observer(events))
        let context = CallContext.test()
        let question = try SignallingLaboratory.question(impu: nil)
        await #expect(throws: AuthFailure.self) { try await source.authenticationInformation(question, in: context) }
        let event = try #require(events.events(trace: context.traceParent.traceIDText).first)
        #expect(event.status == 404)
        #expect(event.cause == "USER_NOT_FOUND")
        #expect(event.reason?.isEmpty == false)
        #expect(event.impi == "\(SignallingLaboratory.impi)")
        #expect(event.impu == nil)
    }

    @Test(
        arguments: [(FigureStep.Moment.asked, true, " with AUTS"), (.asked, false, ""), (.answered, true, "")] as [(FigureStep.Moment, Bool, String)])
    func `a question that carries AUTS says so`(moment: FigureStep.Moment, isResynchronisation: Bool, end: String) throws {
        step(moment).observer(events)(try observation(.zero, isResynchronisation: isResynchronisation))
        #expect(events.events(trace: TraceParent { 7 }.traceIDText).first?.message == FigureStep.request + end)
    }

    @Test(arguments: [(FigureStep.Moment.asked, 2_000_000), (.answered, 0)] as [(FigureStep.Moment, Int64)])
    func `an arrow with a question stands at the time of sending, any other at the time of the answer`(
        moment: FigureStep.Moment, before: Int64
    ) throws {
        let began = Timestamp.now().microsecondsSince1970
        step(moment).observer(events)(try observation(.seconds(2)))
        let ended = Timestamp.now().microsecondsSince1970
        let event = try #require(events.events(trace: TraceParent { 7 }.traceIDText).first)
        #expect(began...ended ~= event.timestamp.microsecondsSince1970 + before)
        #expect(event.duration == .seconds(2))
    }
}
