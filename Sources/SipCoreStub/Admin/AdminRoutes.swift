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

    var router: Router {
        var router = Router(describing: Problem.details)
        router.on(.get, AdminRoutes.path, handler: list)
        router.on(.get, AdminRoutes.path + "/{impu}", IMPU.self, handler: read)
        router.on(.delete, AdminRoutes.path + "/{impu}", IMPU.self, handler: end)
        return router
    }

    private func list(_ request: Request) throws(Problem) -> Reply {
        let page = try Page(request)
        return .later { [registrar] in
            let found = await registrar.registrations(after: page.after, countMax: page.fetchCount)
            return page.answer("registrations", found.map { ($0.impu.text, AdminRoutes.json($0)) }, path: AdminRoutes.path)
        }
    }

    private func read(_ request: Request, _ impu: IMPU) -> Reply {
        .later { [registrar] in
            guard let registration = await registrar.registration(of: impu) else { return AdminRoutes.notFound.response }
            do throws(Problem) {
                return try AdminAnswer.read(AdminRoutes.json(registration), AdminRoutes.tag(registration), for: request)
            } catch { return error.response }
        }
    }

    private func end(_ request: Request, _ impu: IMPU) throws(Problem) -> Reply {
        let preconditions = try Preconditions(request)
        return .later { [registrar] in
            do throws(Problem) {
                let wasRegistered = try await registrar.deregister(impu) { (registration) throws(Problem) in
                    try preconditions.check(current: AdminRoutes.tag(registration))
                }
                return wasRegistered ? AdminAnswer.deleted : AdminRoutes.notFound.response
            } catch { return error.response }
        }
    }

    private static let notFound = Problem(.notFound, detail: "the identity is not registered", cause: "CONTEXT_NOT_FOUND")

    private static func tag(_ registration: Registration) -> ETag { ETag(version: Int(clamping: registration.version)) }

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
