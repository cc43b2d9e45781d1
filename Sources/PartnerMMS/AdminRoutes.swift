internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import Records
internal import ServiceKit

/// `/admin/v1/bindings` and `/admin/v1/primary-systems`: what the operator provisions.
struct AdminRoutes {
    static let bindingsPath = "/admin/v1/bindings"
    static let primarySystemsPath = "/admin/v1/primary-systems"
    private static let identitiesMax = 32
    private static let apiRootsMax = 8

    private let store: any BindingStore

    init(_ store: any BindingStore) { self.store = store }

    var router: Router {
        var router = Router()
        router.on(.get, AdminRoutes.bindingsPath, handler: listBindings)
        router.on(.get, AdminRoutes.bindingsPath + "/{partnerImpi}", IMPI.self, handler: readBinding)
        router.on(.put, AdminRoutes.bindingsPath + "/{partnerImpi}", IMPI.self, handler: putBinding)
        router.on(.delete, AdminRoutes.bindingsPath + "/{partnerImpi}", IMPI.self, handler: deleteBinding)
        router.on(.get, AdminRoutes.primarySystemsPath, handler: listSystems)
        router.on(.get, AdminRoutes.primarySystemsPath + "/{systemId}", SystemID.self, handler: readSystem)
        router.on(.put, AdminRoutes.primarySystemsPath + "/{systemId}", SystemID.self, handler: putSystem)
        router.on(.delete, AdminRoutes.primarySystemsPath + "/{systemId}", SystemID.self, handler: deleteSystem)
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

    private func readBinding(_ request: Request, _ impi: IMPI) -> Reply {
        RecordAnswers.later { () async throws(Problem) in
            let stored = try await RecordAnswers.ask(try await store.binding(of: impi))
            return try RecordAnswers.read(stored, for: request, json: AdminRoutes.json)
        }
    }

    private func putBinding(_ request: Request, _ impi: IMPI) throws(Problem) -> Reply {
        let preconditions = try Preconditions(request)
        return RecordAnswers.later { () async throws(Problem) in
            let current = try await RecordAnswers.ask(try await store.binding(of: impi))
            let binding = try AdminRoutes.binding(impi, request, current: current?.stamp)
            let outcome = try await RecordAnswers.ask(try await store.put(binding, if: preconditions.allows))
            return try RecordAnswers.put(outcome, at: AdminAnswer.path(AdminRoutes.bindingsPath, impi.text), json: AdminRoutes.json)
        }
    }

    private func deleteBinding(_ request: Request, _ impi: IMPI) throws(Problem) -> Reply {
        let preconditions = try Preconditions(request)
        return RecordAnswers.later { () async throws(Problem) in
            try RecordAnswers.delete(
                try await RecordAnswers.ask(try await store.deleteBinding(of: impi, if: preconditions.allows)))
        }
    }

    private static func binding(_ impi: IMPI, _ request: Request, current: RecordStamp?) throws(Problem) -> Binding {
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
        body.stamp(current: current)
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

    private func readSystem(_ request: Request, _ systemID: SystemID) -> Reply {
        RecordAnswers.later { () async throws(Problem) in
            let stored = try await RecordAnswers.ask(try await store.primarySystem(systemID))
            return try RecordAnswers.read(stored, for: request, json: AdminRoutes.json)
        }
    }

    private func putSystem(_ request: Request, _ systemID: SystemID) throws(Problem) -> Reply {
        let preconditions = try Preconditions(request)
        return RecordAnswers.later { () async throws(Problem) in
            let current = try await RecordAnswers.ask(try await store.primarySystem(systemID))
            let system = try AdminRoutes.primarySystem(systemID, request, current: current?.stamp)
            let outcome = try await RecordAnswers.ask(try await store.put(system, if: preconditions.allows))
            return try RecordAnswers.put(outcome, at: AdminAnswer.path(AdminRoutes.primarySystemsPath, systemID.text), json: AdminRoutes.json)
        }
    }

    private func deleteSystem(_ request: Request, _ systemID: SystemID) throws(Problem) -> Reply {
        let preconditions = try Preconditions(request)
        return RecordAnswers.later { () async throws(Problem) in
            try RecordAnswers.delete(
                try await RecordAnswers.ask(try await store.deletePrimarySystem(systemID, if: preconditions.allows)))
        }
    }

    private static func primarySystem(_ systemID: SystemID, _ request: Request, current: RecordStamp?) throws(Problem) -> PrimarySystem {
        var body = try AdminBody(request)
        body.pathMember("systemId") { (try? SystemID($0)) == systemID }
        let roots = body.strings("apiRoots", countMax: apiRootsMax)
        if roots.isEmpty { body.note("apiRoots", "is empty") }
        for (index, root) in roots.enumerated() where (try? APIRoot(parsing: root)) == nil {
            body.note("apiRoots/\(index)", "is not http://HOST:PORT with an optional path")
        }
        let enabled = body.bool("enabled", default: true)
        body.stamp(current: current)
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
