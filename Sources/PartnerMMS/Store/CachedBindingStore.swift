internal import Base
internal import Nhss
internal import SQLiteStore
internal import Store

/// Bindings in SQLite, with the routes that were asked for kept in memory: a question about one of them does not wait for the database thread.
///
/// Exact because this process has its database to itself: see `Database`. It is no part of what a `BindingStore` promises.
struct CachedBindingStore: BindingStore {
    private static let routesMax = 100_000

    private let routes: BoundedCache<IMPI, Route>
    private let store: SQLiteBindingStore

    init(database: Database, now: @escaping @Sendable () -> Timestamp) {
        routes = BoundedCache(countMax: CachedBindingStore.routesMax)
        store = SQLiteBindingStore(database: database, now: now, routes: routes)
    }

    func route(of partnerImpi: IMPI) async throws(StoreFailure) -> Route? {
        if let route = routes.find(partnerImpi) { return route }
        return try await store.route(of: partnerImpi)
    }

    // MARK: the store as it is

    func binding(of partnerImpi: IMPI) async throws(StoreFailure) -> Stored<Binding>? { try await store.binding(of: partnerImpi) }

    func bindings(_ selection: BindingSelection, limit: Int) async throws(StoreFailure) -> [Stored<Binding>] {
        try await store.bindings(selection, limit: limit)
    }

    func put(_ binding: Binding, _ change: Change) async throws(StoreFailure) -> PutOutcome<Binding> { try await store.put(binding, change) }

    func deleteBinding(of partnerImpi: IMPI, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try await store.deleteBinding(of: partnerImpi, change)
    }

    func primarySystem(_ systemID: SystemID) async throws(StoreFailure) -> Stored<PrimarySystem>? { try await store.primarySystem(systemID) }

    func primarySystems(_ selection: RecordSelection, limit: Int) async throws(StoreFailure) -> [Stored<PrimarySystem>] {
        try await store.primarySystems(selection, limit: limit)
    }

    func put(_ system: PrimarySystem, _ change: Change) async throws(StoreFailure) -> PutOutcome<PrimarySystem> {
        try await store.put(system, change)
    }

    func deletePrimarySystem(_ systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try await store.deletePrimarySystem(systemID, change)
    }
}
