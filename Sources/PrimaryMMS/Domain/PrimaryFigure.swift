internal import Chain
internal import Nhss
internal import NhssHTTP
internal import ServiceKit

/// The steps of figure 10.1.6.2-1 that PrimaryMMS takes: 5 and 7.
struct PrimaryFigure {
    private let asked: FigureStep
    private let here: String
    private let events: FlowEvents

    init(_ service: Service) {
        here = service.configuration.place("primary-mms")
        events = service.flowEvents
        asked = FigureStep(5, from: here, to: service.configuration.place("sip-database"), FigureStep.request, .asked)
    }

    func asking(_ sipDatabase: any AuthenticationInformationSource) -> any AuthenticationInformationSource {
        ObservedSource(sipDatabase, asked.observer(events))
    }

    func answering(_ gate: any AuthenticationInformationSource) -> any AuthenticationInformationSource {
        ObservedSource(gate, FigureStep(7, from: here, to: "partner-mms", FigureStep.response, .answered).observer(events))
    }
}
