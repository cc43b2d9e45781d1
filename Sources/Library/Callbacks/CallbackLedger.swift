package import Base
package import Nhss
package import Store

/// What a hop does about callbacks: it remembers whom to tell, and names itself to the next hop.
package final class CallbackLedger: Sendable {
    /// The users whom the next hop has shut out of late, each with the number of the notice.
    private struct Recent {
        var count: UInt64 = 0
        var numbers: [IMPI: UInt64] = [:]
        /// The notices up to this one are forgotten.
        var forgotten: UInt64 = 0
    }

    private struct Naming {
        var isNamed = false
        var uri: String?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    package let store: any CallbackStore
    private let now: @Sendable () -> Timestamp
    private let naming = Guarded(Naming())
    private let systems = Guarded<Set<String>>([])
    private let recent = Guarded(Recent())

    package init(_ store: any CallbackStore, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.now = now
    }

    /// Where the next hop finds this one; nil where it does not.
    ///
    /// Questions may come in before the service has said so, in the moment of its start. They wait for it: a question without an address would let in
    /// a user whom nobody could shut out.
    package func ownURI() async -> String? {
        if let named = naming.withLock({ $0.isNamed ? Optional($0.uri) : nil }) { return named }
        await withCheckedContinuation { continuation in
            let isNamed = naming.withLock { naming in
                if !naming.isNamed { naming.waiting.append(continuation) }
                return naming.isNamed
            }
            if isNamed { continuation.resume() }
        }
        return naming.withLock { $0.uri }
    }

    /// - Parameter uri: nil where this service cannot be told.
    package func name(_ uri: String?) {
        let waiting = naming.withLock { naming in
            naming.isNamed = true
            naming.uri = uri
            defer { naming.waiting = [] }
            return naming.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// How many notices of the next hop have come. To be noted before it is asked.
    package var noticeCount: UInt64 { recent.withLock { $0.count } }

    /// To be awaited after the answer of the next hop came, and before it is passed on.
    ///
    /// - Parameters:
    ///   - identities: what the answer grants by the records of this service; none where they grant nothing by themselves.
    ///   - asked: the `noticeCount` when the next hop was asked; nil where there is none.
    /// - Throws: where the user was shut out while the question was under way, or is just being said to be: the answer is not passed on then. The
    ///   caller may ask again at once.
    package func keep(
        _ callback: Callback, granting identities: GrantedIdentities = GrantedIdentities(), since asked: UInt64?
    ) async throws(AuthFailure) {
        let now = now()
        if !isVoid(callback.nextImpi, since: asked), store.isKept(callback, granting: identities, at: now) { return }
        systems.withLock { _ = $0.insert(callback.nextSystem.text) }
        let outcome: KeepOutcome
        do throws(StoreFailure) {
            outcome = try await store.keep(callback, granting: identities, at: now, unless: { [self] in isVoid(callback.nextImpi, since: asked) })
        } catch {
            throw AuthFailure(error.code == .overloaded ? .congested : .internalFailure, error.description)
        }
        guard outcome != .kept else { return }
        // Not as congestion: this concerns the one user, and whoever is congested is left alone with everybody's questions.
        throw AuthFailure(.tooManyRequests, "a notice that the user is shut out crossed the answer", retryAfter: .seconds(1))
    }

    private func isVoid(_ nextImpi: IMPI, since asked: UInt64?) -> Bool {
        guard let asked else { return false }
        return recent.withLock { recent in
            recent.count > asked && (recent.forgotten > asked || recent.numbers[nextImpi].map { $0 > asked } ?? false)
        }
    }

    /// Takes the notice of the next hop.
    package func shutOut(_ nextImpi: IMPI, by system: SystemID?, for reason: DeregistrationReason) async throws(StoreFailure) {
        recent.withLock { recent in
            recent.count += 1
            if recent.numbers.count >= CallbackLimits.recentMax {
                recent.numbers = [:]
                recent.forgotten = recent.count - 1
            }
            recent.numbers[nextImpi] = recent.count
        }
        try await store.shutOut(nextImpi, by: system, for: reason, at: now())
    }

    /// The first of a certificate's names that is a system which may shut users out.
    package func recognise(_ names: [String]) -> String? { systems.withLock { systems in names.first { systems.contains($0.lowercased()) } } }

    /// Knows again which systems may shut users out. To be called once, before the first connection.
    package func restore() async throws(StoreFailure) {
        let found = try await store.nextSystems()
        systems.withLock { $0.formUnion(found.map(\.text)) }
    }
}
