internal import Chain
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import SBI
internal import ServiceKit
internal import Store

/// `/admin/v1/migration-authorisations/{impi}/{systemId}`
struct AuthorisationResource: AdminResource {
    static let path = "/admin/v1/migration-authorisations"
    static let listMember = "migrationAuthorisations"
    static let filters = ["impi", "systemId", "enabled"]

    let store: any AuthorisationStore

    func segments(of authorisation: MigrationAuthorisation) -> [String] { [authorisation.impi.text, authorisation.systemID.text] }

    func selection(after cursor: String?, _ request: Request) throws(Problem) -> AuthorisationSelection {
        AuthorisationSelection(
            after: try AuthorisationResource.cursor(cursor), impi: try request.queryValue("impi", IMPI.self),
            systemID: try request.queryValue("systemId", SystemID.self), enabled: try request.queryBool("enabled"))
    }

    private static func cursor(_ text: String?) throws(Problem) -> AuthorisationCursor {
        guard let text else { return .start }
        let parts = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw .invalid("query cursor", "is not one that was given out", cause: "OPTIONAL_QUERY_PARAM_INCORRECT")
        }
        return AuthorisationCursor(impi: parts[0], systemID: parts[1])
    }

    func records(_ selection: AuthorisationSelection, countMax: Int) async throws(StoreFailure) -> [Stored<MigrationAuthorisation>] {
        try await store.authorisations(selection, limit: countMax)
    }

    func record(_ key: AuthorisationKey) async throws(StoreFailure) -> Stored<MigrationAuthorisation>? {
        try await store.authorisation(of: key.impi, in: key.systemID)
    }

    func draft(
        _ body: inout AdminBody, at key: AuthorisationKey, replacing current: Stored<MigrationAuthorisation>?
    ) throws(Problem) -> MigrationAuthorisation {
        body.pathMember("impi") { (try? IMPI($0)) == key.impi }
        body.pathMember("systemId") { (try? SystemID($0)) == key.systemID }
        let services = body.services()
        let validity = body.validity(replacing: current?.record.validity)
        let enabled = body.enabled(replacing: current?.record.enabled)
        body.stamp()
        try body.finish()
        return MigrationAuthorisation(impi: key.impi, systemID: key.systemID, services: services, validity: validity, enabled: enabled)
    }

    func put(_ authorisation: MigrationAuthorisation, _ change: Change) async throws(StoreFailure) -> PutOutcome<MigrationAuthorisation> {
        try await store.put(authorisation, change)
    }

    func delete(_ key: AuthorisationKey, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try await store.deleteAuthorisation(of: key.impi, in: key.systemID, change)
    }

    func json(_ stored: Stored<MigrationAuthorisation>) -> [UInt8] {
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
}
