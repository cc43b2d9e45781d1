internal import Base
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import Records
internal import SBI
internal import SQLiteStore
internal import ServiceKit
internal import Store

/// `/admin/v1/partner-systems`, `/migration-authorisations` and `/authentication-status`: what the operator provisions and sees.
struct AdminRoutes {
    static let systemsPath = "/admin/v1/partner-systems"
    static let authorisationsPath = "/admin/v1/migration-authorisations"
    static let statusPath = "/admin/v1/authentication-status"
    private static let certificateNamesMax = 16
    private static let rateLimitMax = 1_000_000

    private let store: any AuthorisationStore
    private let status: AuthenticationStatusRecorder
    private let names: PartnerNames

    init(_ store: any AuthorisationStore, names: PartnerNames, status: AuthenticationStatusRecorder) {
        self.store = store
        self.names = names
        self.status = status
    }

    var router: Router {
        var router = Router(describing: Problem.details)
        router.on(.get, AdminRoutes.systemsPath, handler: listSystems)
        partnerSystems.add(to: &router)
        router.on(.get, AdminRoutes.authorisationsPath, handler: listAuthorisations)
        authorisations.add(to: &router)
        router.on(.get, AdminRoutes.statusPath + "/{impi}", IMPI.self, handler: readStatus)
        return router
    }

    // MARK: partner systems

    private func listSystems(_ request: Request) throws(Problem) -> Reply {
        let page = try Page(request)
        return RecordAnswers.later { () async throws(Problem) in
            let found = try await RecordAnswers.ask(try await store.partnerSystems(after: page.after ?? "", limit: page.fetchCount))
            return page.answer("partnerSystems", found.map { ($0.record.systemID.text, AdminRoutes.json($0)) }, path: AdminRoutes.systemsPath)
        }
    }

    private var partnerSystems: RecordResource<PartnerSystem, SystemID> {
        RecordResource(
            AdminRoutes.systemsPath, ["{systemId}"], SystemID.self, find: store.partnerSystem(_:),
            decode: AdminRoutes.partnerSystem, put: putSystem(_:if:),
            delete: deleteSystem(if:_:), keys: { [$0.systemID.text] },
            json: AdminRoutes.json)
    }

    private func putSystem(_ system: PartnerSystem, if allowed: @escaping Precondition) async throws(StorageError) -> PutOutcome<PartnerSystem> {
        let outcome = try await store.put(system, if: allowed)
        try await names.refresh()
        return outcome
    }

    private func deleteSystem(if allowed: @escaping Precondition, _ systemID: SystemID) async throws(StorageError) -> DeleteOutcome {
        let outcome = try await store.deletePartnerSystem(if: allowed, systemID)
        try await names.refresh()
        return outcome
    }

    private static func partnerSystem(_ request: Request, current: Stored<PartnerSystem>?, _ systemID: SystemID) throws(Problem) -> PartnerSystem {
        var body = try AdminBody(request)
        body.pathMember("systemId") { (try? SystemID($0)) == systemID }
        let names = body.values("certificateNames", SystemID.self, countMax: certificateNamesMax, default: []).map(\.text)
        if Set(names).count < names.count { body.note("certificateNames", "names a name twice") }
        let rateLimit = body.optionalInt("rateLimit", in: 1...rateLimitMax)
        let enabled = body.bool("enabled", default: true)
        body.stamp(current: current?.stamp)
        try body.finish()
        return PartnerSystem(systemID: systemID, certificateNames: names, rateLimit: rateLimit, enabled: enabled)
    }

    private static func json(_ stored: Stored<PartnerSystem>) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("systemId", stored.record.systemID.text)
        writer.member("certificateNames", stored.record.certificateNames)
        if let rateLimit = stored.record.rateLimit { writer.member("rateLimit", rateLimit) }
        writer.member("enabled", stored.record.enabled)
        writer.members(of: stored.stamp)
        writer.endObject()
        return writer.bytes
    }

    // MARK: authorisations

    private func listAuthorisations(_ request: Request) throws(Problem) -> Reply {
        let page = try Page(request)
        let impi = try AdminRoutes.impiFilter(request)
        let cursor = try AuthorisationCursor(page.after)
        return RecordAnswers.later { () async throws(Problem) in
            let found = try await RecordAnswers.ask(try await store.authorisations(of: impi, after: cursor, limit: page.fetchCount))
            let items = found.map { (AuthorisationCursor($0.record).text, AdminRoutes.json($0)) }
            return page.answer("migrationAuthorisations", items, path: AdminRoutes.authorisationsPath)
        }
    }

    private static func impiFilter(_ request: Request) throws(Problem) -> IMPI? {
        guard let text = try request.queryParameter("impi") else { return nil }
        do { return try IMPI(text) } catch { throw .invalid("query impi", error.reason, cause: "OPTIONAL_QUERY_PARAM_INCORRECT") }
    }

    private var authorisations: RecordResource<MigrationAuthorisation, IMPI, SystemID> {
        RecordResource(
            AdminRoutes.authorisationsPath, ["{impi}", "{systemId}"], IMPI.self, SystemID.self, find: store.authorisation(of:in:),
            decode: AdminRoutes.authorisation, put: store.put,
            delete: store.deleteAuthorisation(if:of:in:),
            keys: { [$0.impi.text, $0.systemID.text] }, json: AdminRoutes.json)
    }

    private static func authorisation(
        _ request: Request, current: Stored<MigrationAuthorisation>?, _ impi: IMPI, _ systemID: SystemID
    ) throws(Problem) -> MigrationAuthorisation {
        var body = try AdminBody(request)
        body.pathMember("impi") { (try? IMPI($0)) == impi }
        body.pathMember("systemId") { (try? SystemID($0)) == systemID }
        let services = body.services()
        let validity = body.validity()
        let enabled = body.bool("enabled", default: true)
        body.stamp(current: current?.stamp)
        try body.finish()
        return MigrationAuthorisation(impi: impi, systemID: systemID, services: services, validity: validity, enabled: enabled)
    }

    private static func json(_ stored: Stored<MigrationAuthorisation>) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("impi", stored.record.impi.text)
        writer.member("systemId", stored.record.systemID.text)
        writer.member("services", stored.record.services)
        writer.members(of: stored.record.validity)
        writer.member("enabled", stored.record.enabled)
        writer.members(of: stored.stamp)
        writer.endObject()
        return writer.bytes
    }

    // MARK: authentication status

    private func readStatus(_ request: Request, _ impi: IMPI) -> Reply {
        RecordAnswers.later { () async throws(Problem) in
            let entries = try await RecordAnswers.ask(try await status.status(of: impi))
            guard !entries.isEmpty else { throw RecordAnswers.notFound }
            let json = AdminRoutes.json(impi, entries)
            return try AdminAnswer.read(json, ETag(content: json), for: request)
        }
    }

    private static func json(_ impi: IMPI, _ entries: [AuthenticationStatusEntry]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("impi", impi.text)
        writer.member("authentications")
        writer.beginArray()
        for entry in entries {
            writer.beginObject()
            writer.member("systemId", entry.systemID.text)
            writer.member("result", entry.result)
            if let cause = entry.cause { writer.member("cause", cause) }
            writer.member("at", entry.at.description)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
