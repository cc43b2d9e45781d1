internal import Base
internal import Store

/// The names of all partner systems, by which a certificate is recognised while its connection is being opened: no database is asked then.
///
/// Read anew after each change of the partner systems. Whether a system is enabled is looked at with each request, in the database.
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
}
