internal import Base
internal import Store

/// The names of all partner systems, kept in memory: a certificate is recognised while its connection is being opened, when no database can be asked.
///
/// The names are read again after each change of the partner systems. Whether a system is enabled is looked up in the database for each request.
final class PartnerNames: Sendable {
    private let store: any AuthorisationStore
    private let names = Guarded<Set<String>>([])

    init(_ store: any AuthorisationStore) { self.store = store }

    func refresh() async throws(StoreFailure) {
        let found = try await store.partnerNames()
        names.withLock { $0 = Set(found.map { $0.lowercased() }) }
    }

    /// The first of a certificate's names that is a partner system's.
    func recognise(_ certificateNames: [String]) -> String? {
        names.withLock { names in certificateNames.first { names.contains($0.lowercased()) } }
    }

    /// Lets in every verified certificate while there is no record at all, so that its holder can be told to ask again.
    func recognise(_ certificateNames: [String], before firstRecord: FirstRecord) -> String? {
        recognise(certificateNames) ?? (firstRecord.isMissing ? certificateNames.first : nil)
    }
}
