internal import Chain
internal import Flow
internal import Logging
internal import Nhss
internal import NhssHTTP
internal import ServiceKit

/// Records the steps of figure 10.1.6.2-1 that a SIP core takes: 1, 2, 10, 11 and 12 in the partner system, 5 and 6 where it relays in the primary.
struct CoreFigure: Sendable {
    private let events: FlowEvents
    private let logger: Logger
    private let journal: Logger
    private let registrations: @Sendable (String) -> Void
    private let here: String
    private let configuration: ServiceConfiguration

    init(_ service: Service) {
        events = service.flowEvents
        logger = service.logger
        journal = service.journal
        let metrics = service.metrics
        registrations = { result in
            metrics.counter(
                "mc_registrations_total", help: "REGISTER requests by their outcome, and users who were shut out.", labels: [("result", result)]
            ).add()
        }
        configuration = service.configuration
        here = service.configuration.place("sip-core-stub")
    }

    func asking(_ next: any AuthenticationInformationSource) -> any AuthenticationInformationSource {
        ObservedSource(next, FigureStep(2, from: here, to: configuration.place("partner-mms"), FigureStep.request, .asked).observer(events))
    }

    func relaying(_ next: any AuthenticationInformationSource) -> any AuthenticationInformationSource {
        let asked = FigureStep(5, from: here, to: configuration.place("authdb"), FigureStep.request, .asked)
        let answered = FigureStep(6, from: here, to: configuration.place("primary-mms"), FigureStep.response, .answered)
        return ObservedSource(next, asked.observer(events), answered.observer(events))
    }

    /// - Parameter count: of the public identities of a user who is shut out.
    func recordEnd(_ count: Int, _ reason: DeregistrationReason) {
        guard count > 0 else { return }
        registrations("shut_out")
        logger.info("deregistered: the user is shut out", metadata: ["count": .stringConvertible(count), "cause": .string(reason.rawValue)])
    }

    func record(_ event: UEStep) {
        if let result = event.result {
            registrations(result.name)
            if let reason = result.reason {
                logger.warning(
                    "registration refused",
                    metadata: ["trace": .string(event.trace.traceIDText), "status": "\(result.status)", "reason": .string(reason)])
            } else if event.step == 12 {
                journal.info("\(result.name)", metadata: ["trace": .string(event.trace.traceIDText), "status": "\(result.status)"])
            }
        }
        let isFromUE = event.step == 1 || event.step == 11
        events.record(
            FlowEvent(
                trace: event.trace.traceIDText, step: event.step, from: isFromUE ? "ue" : here, to: isFromUE ? here : "ue",
                message: isFromUE ? "REGISTER" + (event.hasAUTS ? FigureStep.withAUTS : "") : (event.result?.name ?? ""),
                status: event.result?.status, duration: event.result?.duration,
                impi: "\(event.user.impi)", impu: "\(event.user.impu)", cause: event.result?.cause,
                reason: event.result?.reason))
    }
}
