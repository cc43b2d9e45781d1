internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import ServiceKit
internal import Store

/// `/admin/v1/subscribers`: what the operator provisions.
struct AdminRoutes {
    private let store: any SubscriberStore
    private let centre: AuthenticationCentre

    private let onEvent: @Sendable (VectorIssuer.Event) -> Void

    init(_ store: any SubscriberStore, _ centre: AuthenticationCentre, onEvent: @escaping @Sendable (VectorIssuer.Event) -> Void = { _ in }) {
        self.store = store
        self.centre = centre
        self.onEvent = onEvent
    }

    func router(asking identification: any CallerIdentification<Author>) -> AdminRouter {
        var routes = AdminRouter(asking: identification)
        routes.add(SubscriberResource(store: store, centre: centre, onEvent: onEvent), "{impi}", IMPI.self) { $0 }
        return routes
    }
}
