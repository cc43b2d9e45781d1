package import Base
package import Nhss
package import Store

/// What a hop does about callbacks: it remembers whom to tell, and names itself to the next hop.
package final class CallbackLedger: Sendable {
    package let store: any CallbackStore
    private let now: @Sendable () -> Timestamp
    private let uri = Guarded<String?>(nil)
    private let systems = Guarded<Set<String>>([])

    package init(_ store: any CallbackStore, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.now = now
    }

    /// Where the next hop finds this one; nil until that is known.
    package var ownURI: String? {
        get { uri.withLock { $0 } }
        set { uri.withLock { $0 = newValue } }
    }

    /// To be awaited after the answer of the next hop came, and before it is passed on.
    package func keep(_ callback: Callback) async throws(AuthFailure) {
        let now = now()
        if store.isKept(callback, at: now) { return }
        systems.withLock { _ = $0.insert(callback.nextSystem.text) }
        do throws(StoreFailure) { try await store.keep(callback, at: now) } catch {
            throw AuthFailure(error.code == .overloaded ? .congested : .internalFailure, error.description)
        }
    }

    /// Takes the notice of the next hop.
    package func shutOut(_ nextImpi: IMPI, by system: SystemID?) async throws(StoreFailure) {
        try await store.shutOut(nextImpi, by: system, at: now())
    }

    /// The first of a certificate's names that is a system which may shut users out.
    package func recognise(_ names: [String]) -> String? { systems.withLock { systems in names.first { systems.contains($0.lowercased()) } } }

    /// Knows again which systems may shut users out. To be called once, before the first connection.
    package func restore() async throws(StoreFailure) {
        let found = try await store.nextSystems()
        systems.withLock { $0.formUnion(found.map(\.text)) }
    }
}
