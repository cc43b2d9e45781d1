internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import ServiceKit
internal import Store

/// `/admin/v1/partner-systems/{systemId}`
struct PartnerSystemResource: AdminResource {
    static let path = "/admin/v1/partner-systems"
    static let listMember = "partnerSystems"
    private static let certificateNamesMax = 16
    private static let rateLimitMax = 1_000_000

    let store: any AuthorisationStore
    /// Read anew after each change, before it is answered.
    let names: PartnerNames

    func segments(of system: PartnerSystem) -> [String] { [system.systemID.text] }

    func records(_ selection: RecordSelection, countMax: Int) async throws(StoreFailure) -> [Stored<PartnerSystem>] {
        try await store.partnerSystems(selection, limit: countMax)
    }

    func record(_ systemID: SystemID) async throws(StoreFailure) -> Stored<PartnerSystem>? { try await store.partnerSystem(systemID) }

    func draft(_ body: inout AdminBody, at systemID: SystemID, replacing current: Stored<PartnerSystem>?) throws(Problem) -> PartnerSystem {
        body.pathMember("systemId") { (try? SystemID($0)) == systemID }
        let names = body.values("certificateNames", SystemID.self, countMax: PartnerSystemResource.certificateNamesMax, default: []).map(\.text)
        if Set(names).count < names.count { body.note("certificateNames", "names a name twice") }
        let rateLimit = body.kept("rateLimit", current?.record.rateLimit) {
            $0.optionalInt("rateLimit", in: 1...PartnerSystemResource.rateLimitMax)
        }
        let enabled = body.enabled(replacing: current?.record.enabled)
        body.stamp()
        try body.finish()
        return PartnerSystem(systemID: systemID, certificateNames: names, rateLimit: rateLimit, enabled: enabled)
    }

    func put(_ system: PartnerSystem, _ change: Change) async throws(StoreFailure) -> PutOutcome<PartnerSystem> {
        let outcome = try await store.put(system, change)
        try await names.refresh()
        return outcome
    }

    func delete(_ systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        let outcome = try await store.deletePartnerSystem(systemID, change)
        try await names.refresh()
        return outcome
    }

    func json(_ stored: Stored<PartnerSystem>) -> [UInt8] {
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
}
