internal import Chain
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import SBI
internal import ServiceKit
internal import Store

/// `/admin/v1/migration-authorisations/{impi}/{systemId}`
struct AuthorisationResource: AdminResource {
    /// `?impi=` shows the authorisations of one user.
    struct Selection: Sendable {
        let impi: IMPI?
        let cursor: AuthorisationCursor
    }

    static let path = "/admin/v1/migration-authorisations"
    static let listMember = "migrationAuthorisations"

    let store: any AuthorisationStore

    func segments(of authorisation: MigrationAuthorisation) -> [String] { [authorisation.impi.text, authorisation.systemID.text] }

    func selection(after cursor: String?, _ request: Request) throws(Problem) -> Selection {
        let impi = try AuthorisationResource.impi(request)
        guard let cursor else { return Selection(impi: impi, cursor: .start) }
        let parts = cursor.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 2 else { throw .invalid("query cursor", "is not one that was given out", cause: "OPTIONAL_QUERY_PARAM_INCORRECT") }
        return Selection(impi: impi, cursor: AuthorisationCursor(impi: parts[0], systemID: parts[1]))
    }

    private static func impi(_ request: Request) throws(Problem) -> IMPI? {
        guard let text = try request.queryParameter("impi") else { return nil }
        do { return try IMPI(text) } catch { throw .invalid("query impi", error.reason, cause: "OPTIONAL_QUERY_PARAM_INCORRECT") }
    }

    func records(_ selection: Selection, countMax: Int) async throws(StoreFailure) -> [Stored<MigrationAuthorisation>] {
        try await store.authorisations(of: selection.impi, after: selection.cursor, limit: countMax)
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
        let validity = body.validity()
        let enabled = body.bool("enabled", default: true)
        body.stamp(current: current?.stamp)
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
