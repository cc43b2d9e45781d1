internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import ServiceKit
internal import Store

/// `/admin/v1/subscribers`: what the operator provisions.
struct AdminRoutes {
    private let store: any SubscriberStore
    private let centre: AuthenticationCentre

    init(_ store: any SubscriberStore, _ centre: AuthenticationCentre) {
        self.store = store
        self.centre = centre
    }

    func router(asking identification: any CallerIdentification<Author>) -> AdminRouter {
        var routes = AdminRouter(asking: identification)
        routes.add(SubscriberResource(store: store, centre: centre), "{impi}", IMPI.self) { $0 }
        return routes
    }
}
