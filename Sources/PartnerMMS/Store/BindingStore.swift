internal import Nhss
internal import Records
internal import SQLiteStore
internal import Store

/// The bindings and the primary systems they lead to. A change is on disk when its method returns.
protocol BindingStore: Sendable {
    /// The binding of a partner private identity, and its primary system.
    func route(of partnerImpi: IMPI) async throws(SQLiteError) -> Route?

    func binding(of partnerImpi: IMPI) async throws(SQLiteError) -> Stored<Binding>?
    /// In the order of their partner private identities, those after `cursor`.
    func bindings(after cursor: String, limit: Int) async throws(SQLiteError) -> [Stored<Binding>]
    func put(_ binding: Binding, if allowed: @escaping Precondition) async throws(SQLiteError) -> PutOutcome<Binding>
    func deleteBinding(if allowed: @escaping Precondition, of partnerImpi: IMPI) async throws(SQLiteError) -> DeleteOutcome

    func primarySystem(_ systemID: SystemID) async throws(SQLiteError) -> Stored<PrimarySystem>?
    func primarySystems(after cursor: String, limit: Int) async throws(SQLiteError) -> [Stored<PrimarySystem>]
    func put(_ system: PrimarySystem, if allowed: @escaping Precondition) async throws(SQLiteError) -> PutOutcome<PrimarySystem>
    func deletePrimarySystem(if allowed: @escaping Precondition, _ systemID: SystemID) async throws(SQLiteError) -> DeleteOutcome
}
