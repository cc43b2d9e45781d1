internal import Nhss
internal import Store

/// Partner systems and who may migrate to them. A change is on disk when its method returns.
protocol AuthorisationStore: Sendable {
    /// The partner system that a verified name stands for: its own identifier, or one of its certificate names.
    func partnerSystem(certified name: SystemID) async throws(StoreFailure) -> PartnerSystem?
    /// The identifiers and the certificate names of all partner systems.
    func partnerNames() async throws(StoreFailure) -> [String]
    func authorisation(of impi: IMPI, in systemID: SystemID) async throws(StoreFailure) -> Stored<MigrationAuthorisation>?

    func partnerSystem(_ systemID: SystemID) async throws(StoreFailure) -> Stored<PartnerSystem>?
    func partnerSystems(_ selection: RecordSelection, limit: Int) async throws(StoreFailure) -> [Stored<PartnerSystem>]
    func put(_ system: PartnerSystem, _ change: Change) async throws(StoreFailure) -> PutOutcome<PartnerSystem>
    func deletePartnerSystem(_ systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome

    /// In the order of private identity and system.
    func authorisations(_ selection: AuthorisationSelection, limit: Int) async throws(StoreFailure) -> [Stored<MigrationAuthorisation>]
    func put(_ authorisation: MigrationAuthorisation, _ change: Change) async throws(StoreFailure) -> PutOutcome<
        MigrationAuthorisation
    >
    func deleteAuthorisation(of impi: IMPI, in systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome

    /// Keeps the last result of each user in each system (TS 33.514 §4.2.2.2 has the like).
    func record(_ entries: [AuthenticationStatusEntry]) async throws(StoreFailure)
    func status(of impi: IMPI) async throws(StoreFailure) -> [AuthenticationStatusEntry]
}
