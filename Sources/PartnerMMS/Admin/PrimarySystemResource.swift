internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import SBI
internal import ServiceKit
internal import Store

/// `/admin/v1/primary-systems/{systemId}`
struct PrimarySystemResource: AdminResource {
    static let path = "/admin/v1/primary-systems"
    static let listMember = "primarySystems"
    private static let apiRootsMax = 8

    let store: any BindingStore

    func segments(of system: PrimarySystem) -> [String] { [system.systemID.text] }

    func records(_ selection: RecordSelection, countMax: Int) async throws(StoreFailure) -> [Stored<PrimarySystem>] {
        try await store.primarySystems(selection, limit: countMax)
    }

    func record(_ systemID: SystemID) async throws(StoreFailure) -> Stored<PrimarySystem>? { try await store.primarySystem(systemID) }

    func draft(_ body: inout AdminBody, at systemID: SystemID, replacing current: Stored<PrimarySystem>?) throws(Problem) -> PrimarySystem {
        body.pathMember("systemId") { (try? SystemID($0)) == systemID }
        let roots = body.parsedValues(
            "apiRoots", countMax: PrimarySystemResource.apiRootsMax,
            otherwise: "is neither http://HOST:PORT nor https://HOST:PORT with an optional path"
        ) { (try? APIRoot(parsing: $0)) == nil ? nil : $0 }
        let enabled = body.enabled(replacing: current?.record.enabled)
        body.stamp()
        try body.finish()
        return PrimarySystem(systemID: systemID, apiRoots: roots, enabled: enabled)
    }

    func put(_ system: PrimarySystem, _ change: Change) async throws(StoreFailure) -> PutOutcome<PrimarySystem> {
        try await store.put(system, change)
    }

    func delete(_ systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try await store.deletePrimarySystem(systemID, change)
    }

    func json(_ stored: Stored<PrimarySystem>) -> [UInt8] {
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
