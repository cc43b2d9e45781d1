internal import Base
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import Records
internal import SBI
internal import ServiceKit
internal import Store

/// `/admin/v1/bindings` and `/admin/v1/primary-systems`: what the operator provisions.
struct AdminRoutes {
    static let bindingsPath = "/admin/v1/bindings"
    static let primarySystemsPath = "/admin/v1/primary-systems"
    private static let identitiesMax = 32
    private static let apiRootsMax = 8

    private let store: any BindingStore

    init(_ store: any BindingStore) { self.store = store }

    var router: Router {
        var router = Router(describing: Problem.details)
        router.on(.get, AdminRoutes.bindingsPath, handler: listBindings)
        bindings.add(to: &router)
        router.on(.get, AdminRoutes.primarySystemsPath, handler: listSystems)
        primarySystems.add(to: &router)
        return router
    }

    // MARK: bindings

    private func listBindings(_ request: Request) throws(Problem) -> Reply {
        let page = try Page(request)
        return RecordAnswers.later { () async throws(Problem) in
            let found = try await RecordAnswers.ask(try await store.bindings(after: page.after ?? "", limit: page.fetchCount))
            return page.answer("bindings", found.map { ($0.record.partnerImpi.text, AdminRoutes.json($0)) }, path: AdminRoutes.bindingsPath)
        }
    }

    private var bindings: RecordResource<Binding, IMPI> {
        RecordResource(
            AdminRoutes.bindingsPath, ["{partnerImpi}"], IMPI.self, find: store.binding(of:), decode: AdminRoutes.binding,
            put: store.put, delete: store.deleteBinding(if:of:),
            keys: { [$0.partnerImpi.text] }, json: AdminRoutes.json)
    }

    private static func binding(_ request: Request, current: Stored<Binding>?, _ impi: IMPI) throws(Problem) -> Binding {
        var body = try AdminBody(request)
        body.pathMember("partnerImpi") { (try? IMPI($0)) == impi }
        let primaryImpi = body.value("primaryImpi", IMPI.self)
        let systemID = body.value("primarySystemId", SystemID.self)
        let identities = body.objects("publicIdentities", countMax: identitiesMax) { body -> Binding.PublicIdentity? in
            guard let partner = body.value("partner", IMPU.self), let primary = body.value("primary", IMPU.self) else { return nil }
            return Binding.PublicIdentity(partner: partner, primary: primary)
        }
        if Set(identities.map(\.partner)).count < identities.count || Set(identities.map(\.primary)).count < identities.count {
            body.note("publicIdentities", "names an identity twice")
        }
        let services = body.services()
        let validity = body.validity()
        let enabled = body.bool("enabled", default: true)
        body.stamp(current: current?.stamp)
        try body.finish()
        guard let primaryImpi, let systemID else { throw Problem(.badRequest) }
        return Binding(
            partnerImpi: impi, primaryImpi: primaryImpi, primarySystemID: systemID, publicIdentities: identities, services: services,
            validity: validity, enabled: enabled)
    }

    private static func json(_ stored: Stored<Binding>) -> [UInt8] {
        let binding = stored.record
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("partnerImpi", binding.partnerImpi.text)
        writer.member("primaryImpi", binding.primaryImpi.text)
        writer.member("primarySystemId", binding.primarySystemID.text)
        writer.member("publicIdentities")
        writer.beginArray()
        for identity in binding.publicIdentities {
            writer.beginObject()
            writer.member("partner", identity.partner.text)
            writer.member("primary", identity.primary.text)
            writer.endObject()
        }
        writer.endArray()
        writer.member("services", binding.services)
        writer.members(of: binding.validity)
        writer.member("enabled", binding.enabled)
        writer.members(of: stored.stamp)
        writer.endObject()
        return writer.bytes
    }

    // MARK: primary systems

    private func listSystems(_ request: Request) throws(Problem) -> Reply {
        let page = try Page(request)
        return RecordAnswers.later { () async throws(Problem) in
            let found = try await RecordAnswers.ask(try await store.primarySystems(after: page.after ?? "", limit: page.fetchCount))
            return page.answer("primarySystems", found.map { ($0.record.systemID.text, AdminRoutes.json($0)) }, path: AdminRoutes.primarySystemsPath)
        }
    }

    private var primarySystems: RecordResource<PrimarySystem, SystemID> {
        RecordResource(
            AdminRoutes.primarySystemsPath, ["{systemId}"], SystemID.self, find: store.primarySystem, decode: AdminRoutes.primarySystem,
            put: store.put, delete: store.deletePrimarySystem(if:_:),
            keys: { [$0.systemID.text] }, json: AdminRoutes.json)
    }

    private static func primarySystem(_ request: Request, current: Stored<PrimarySystem>?, _ systemID: SystemID) throws(Problem) -> PrimarySystem {
        var body = try AdminBody(request)
        body.pathMember("systemId") { (try? SystemID($0)) == systemID }
        let roots = body.strings("apiRoots", countMax: apiRootsMax)
        if roots.isEmpty { body.note("apiRoots", "is empty") }
        for (index, root) in roots.enumerated() where (try? APIRoot(parsing: root)) == nil {
            body.note("apiRoots/\(index)", "is not http://HOST:PORT with an optional path")
        }
        let enabled = body.bool("enabled", default: true)
        body.stamp(current: current?.stamp)
        try body.finish()
        return PrimarySystem(systemID: systemID, apiRoots: roots, enabled: enabled)
    }

    private static func json(_ stored: Stored<PrimarySystem>) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("systemId", stored.record.systemID.text)
        writer.member("apiRoots", stored.record.apiRoots)
        writer.member("enabled", stored.record.enabled)
        writer.members(of: stored.stamp)
        writer.endObject()
        return writer.bytes
    }
}
