internal import Base
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import SBI
internal import SIP
internal import ServiceKit
internal import Store

/// `/admin/v1/registrations`: who is registered, and the end of a registration from the network's side.
struct AdminRoutes {
    static let path = "/admin/v1/registrations"

    private let registrar: Registrar

    init(_ registrar: Registrar) { self.registrar = registrar }

    func router(asking identification: any CallerIdentification<Author>) -> AdminRouter {
        var routes = AdminRouter(asking: identification)
        routes.on(.get, AdminRoutes.path, query: Page.parameters, handler: list)
        routes.on(.get, AdminRoutes.path + "/{impu}", IMPU.self, handler: read)
        routes.on(.delete, AdminRoutes.path + "/{impu}", IMPU.self, handler: end)
        return routes
    }

    private func list(_ call: AdminCall) async throws(Problem) -> Response {
        let page = try Page(call.request)
        let found = await registrar.registrations(after: page.after, countMax: page.fetchCount)
        return page.answer("registrations", found.map { ($0.impu.text, AdminRoutes.json($0)) }, path: AdminRoutes.path)
    }

    private func read(_ call: AdminCall, _ impu: IMPU) async throws(Problem) -> Response {
        guard let registration = await registrar.registration(of: impu) else { throw AdminRoutes.notFound }
        return try AdminAnswer.read(AdminRoutes.json(registration), registration.entityTag, for: call.request)
    }

    private func end(_ call: AdminCall, _ impu: IMPU) async throws(Problem) -> Response {
        let change = Change(by: call.author, if: try Preconditions(call.request).allow)
        switch try await AdminAnswer.asking(try await registrar.deregister(impu, change)) {
        case .deleted: return AdminAnswer.deleted
        case .notFound: throw AdminRoutes.notFound
        case .preconditionFailed: throw AdminAnswer.preconditionFailed
        case .conflict(let reason): throw AdminAnswer.conflict(reason)
        }
    }

    private static let notFound = Problem(.notFound, detail: "the identity is not registered", cause: "CONTEXT_NOT_FOUND")

    private static func json(_ registration: Registration) -> [UInt8] {
        let now = Instant.now
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("impi", registration.impi.text)
        writer.member("impu", registration.impu.text)
        writer.member("contacts", registration.contacts.map { ($0.contact.uri, max(0, Int(($0.end - now) / .seconds(1)))) })
        writer.endObject()
        return writer.bytes
    }
}
