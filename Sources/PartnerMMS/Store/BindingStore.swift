internal import Nhss
internal import Store

/// The bindings and the primary systems they lead to. A change is on disk when its method returns.
protocol BindingStore: Sendable {
    /// The binding of a partner private identity, and its primary system.
    func route(of partnerImpi: IMPI) async throws(StoreFailure) -> Route?

    func binding(of partnerImpi: IMPI) async throws(StoreFailure) -> Stored<Binding>?
    /// In the order of their partner private identities.
    func bindings(_ selection: BindingSelection, limit: Int) async throws(StoreFailure) -> [Stored<Binding>]
    func put(_ binding: Binding, _ change: Change) async throws(StoreFailure) -> PutOutcome<Binding>
    func deleteBinding(of partnerImpi: IMPI, _ change: Change) async throws(StoreFailure) -> DeleteOutcome

    func primarySystem(_ systemID: SystemID) async throws(StoreFailure) -> Stored<PrimarySystem>?
    func primarySystems(_ selection: RecordSelection, limit: Int) async throws(StoreFailure) -> [Stored<PrimarySystem>]
    func put(_ system: PrimarySystem, _ change: Change) async throws(StoreFailure) -> PutOutcome<PrimarySystem>
    func deletePrimarySystem(_ systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome
}
