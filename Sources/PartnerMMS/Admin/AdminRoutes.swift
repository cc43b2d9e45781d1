internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import ServiceKit
internal import Store

/// `/admin/v1/bindings` and `/admin/v1/primary-systems`: what the operator provisions.
struct AdminRoutes {
    private let store: any BindingStore

    init(_ store: any BindingStore) { self.store = store }

    func router(asking identification: any CallerIdentification<Author>) -> AdminRouter {
        var routes = AdminRouter(asking: identification)
        routes.add(BindingResource(store: store), "{partnerImpi}", IMPI.self) { $0 }
        routes.add(PrimarySystemResource(store: store), "{systemId}", SystemID.self) { $0 }
        return routes
    }
}
