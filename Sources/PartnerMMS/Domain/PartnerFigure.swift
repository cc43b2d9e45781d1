internal import Base
internal import Chain
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import SBI
internal import ServiceKit

/// The steps of figure 10.1.6.2-1 that PartnerMMS takes: 3, 4, 8 and 9.
struct PartnerFigure: Sendable {
    let recognised: ObservedSource.Observer
    let translatedBack: ObservedSource.Observer
    let answered: ObservedSource.Observer
    private let service: Service
    private let here: String
    /// Clients by primary system, made on first use.
    private let clients = BoundedCache<PrimarySystem, any AuthenticationInformationSource>(countMax: 1_000)

    init(_ service: Service) {
        self.service = service
        let here = service.configuration.place("partner-mms")
        self.here = here
        let events = service.flowEvents
        recognised = FigureStep(3, from: here, to: here, "partner identities recognised", .answered).observer(events)
        translatedBack = FigureStep(8, from: here, to: here, "primary identities recognised", .answered).observer(events)
        answered = FigureStep(9, from: here, to: service.configuration.place("sip-core-stub"), FigureStep.response, .answered).observer(events)
    }

    /// The client of a primary system's migration management server, observed as step 4.
    func primary(_ system: PrimarySystem) throws(AuthFailure) -> any AuthenticationInformationSource {
        if let client = clients.find(system) { return client }
        let roots = system.apiRoots.compactMap { try? APIRoot(parsing: $0) }
        let step = FigureStep(4, from: here, to: "primary-mms@\(system.systemID)", FigureStep.request, .asked)
        let client = ObservedSource(service.nextHop(roots), step.observer(service.flowEvents))
        clients.keep(client, as: system)
        return client
    }
}
