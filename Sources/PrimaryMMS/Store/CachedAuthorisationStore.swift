internal import Base
internal import Nhss
internal import SQLiteStore
internal import Store

/// What the questions of partner systems look up, kept in memory by those who looked.
struct AuthorisationCache: Sendable {
    private static let recordsMax = 100_000

    /// By the names in their certificates.
    let partnerSystems = BoundedCache<SystemID, PartnerSystem>(countMax: recordsMax)
    let authorisations = BoundedCache<AuthorisationKey, Stored<MigrationAuthorisation>>(countMax: recordsMax)
}

/// Authorisations in SQLite, with what was asked for kept in memory: a question about a user does not wait for the database thread.
///
/// Exact because this process has its database to itself: see `Database`. It is no part of what an `AuthorisationStore` promises.
struct CachedAuthorisationStore: AuthorisationStore {
    private let cache = AuthorisationCache()
    private let store: SQLiteAuthorisationStore

    init(database: Database, now: @escaping @Sendable () -> Timestamp) {
        store = SQLiteAuthorisationStore(database: database, now: now, cache: cache)
    }

    func partnerSystem(certified name: SystemID) async throws(StoreFailure) -> PartnerSystem? {
        if let system = cache.partnerSystems.find(name) { return system }
        return try await store.partnerSystem(certified: name)
    }

    func authorisation(of impi: IMPI, in systemID: SystemID) async throws(StoreFailure) -> Stored<MigrationAuthorisation>? {
        if let authorisation = cache.authorisations.find(AuthorisationKey(impi: impi, systemID: systemID)) { return authorisation }
        return try await store.authorisation(of: impi, in: systemID)
    }

    // MARK: the store as it is

    func partnerNames() async throws(StoreFailure) -> [String] { try await store.partnerNames() }

    func partnerSystem(_ systemID: SystemID) async throws(StoreFailure) -> Stored<PartnerSystem>? { try await store.partnerSystem(systemID) }

    func partnerSystems(_ selection: RecordSelection, limit: Int) async throws(StoreFailure) -> [Stored<PartnerSystem>] {
        try await store.partnerSystems(selection, limit: limit)
    }

    func put(_ system: PartnerSystem, _ change: Change) async throws(StoreFailure) -> PutOutcome<PartnerSystem> {
        try await store.put(system, change)
    }

    func deletePartnerSystem(_ systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try await store.deletePartnerSystem(systemID, change)
    }

    func authorisations(_ selection: AuthorisationSelection, limit: Int) async throws(StoreFailure) -> [Stored<MigrationAuthorisation>] {
        try await store.authorisations(selection, limit: limit)
    }

    func put(_ authorisation: MigrationAuthorisation, _ change: Change) async throws(StoreFailure) -> PutOutcome<MigrationAuthorisation> {
        try await store.put(authorisation, change)
    }

    func deleteAuthorisation(of impi: IMPI, in systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try await store.deleteAuthorisation(of: impi, in: systemID, change)
    }

    func record(_ entries: [AuthenticationStatusEntry]) async throws(StoreFailure) { try await store.record(entries) }

    func status(of impi: IMPI) async throws(StoreFailure) -> [AuthenticationStatusEntry] { try await store.status(of: impi) }
}
