internal import HTTPKit
internal import Nhss
internal import Records
internal import SBI
internal import SQLiteStore
internal import Store

/// Partner systems and who may migrate to them. A change is on disk when its method returns.
protocol AuthorisationStore: Sendable {
    /// The partner system that a verified name stands for: its own identifier, or one of its certificate names.
    func partnerSystem(certified name: SystemID) async throws(StorageError) -> PartnerSystem?
    /// The identifiers and the certificate names of all partner systems.
    func partnerNames() async throws(StorageError) -> [String]
    func authorisation(of impi: IMPI, in systemID: SystemID) async throws(StorageError) -> Stored<MigrationAuthorisation>?

    func partnerSystem(_ systemID: SystemID) async throws(StorageError) -> Stored<PartnerSystem>?
    func partnerSystems(after cursor: String, limit: Int) async throws(StorageError) -> [Stored<PartnerSystem>]
    func put(_ system: PartnerSystem, if allowed: @escaping Precondition) async throws(StorageError) -> PutOutcome<PartnerSystem>
    func deletePartnerSystem(if allowed: @escaping Precondition, _ systemID: SystemID) async throws(StorageError) -> DeleteOutcome

    /// In the order of private identity and system, those after `cursor`; of one user where `impi` is given.
    func authorisations(of impi: IMPI?, after cursor: AuthorisationCursor, limit: Int) async throws(StorageError) -> [Stored<MigrationAuthorisation>]
    func put(_ authorisation: MigrationAuthorisation, if allowed: @escaping Precondition) async throws(StorageError) -> PutOutcome<
        MigrationAuthorisation
    >
    func deleteAuthorisation(if allowed: @escaping Precondition, of impi: IMPI, in systemID: SystemID) async throws(StorageError) -> DeleteOutcome

    /// Keeps the last result of each user in each system (TS 33.514 §4.2.2.2 has the like).
    func record(_ entries: [AuthenticationStatusEntry]) async throws(StorageError)
    func status(of impi: IMPI) async throws(StorageError) -> [AuthenticationStatusEntry]
}

/// Where a page of authorisations begins: after this pair. As text, the two with a space between, which neither can hold.
struct AuthorisationCursor: Sendable, Equatable {
    let impi: String
    let systemID: String

    init(_ authorisation: MigrationAuthorisation) {
        impi = authorisation.impi.text
        systemID = authorisation.systemID.text
    }

    /// - Throws: 400 for a cursor that was not given out here.
    init(_ text: String?) throws(Problem) {
        guard let text else {
            impi = ""
            systemID = ""
            return
        }
        let parts = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 2 else { throw .invalid("query cursor", "is not one that was given out", cause: "OPTIONAL_QUERY_PARAM_INCORRECT") }
        (impi, systemID) = (parts[0], parts[1])
    }

    var text: String { "\(impi) \(systemID)" }
}
