package import Base
package import Nhss
package import Store

/// Keeps callbacks for as long as the process lives. It judges nobody: the next hop says who is shut out.
package final class InMemoryCallbackStore: CallbackStore {
    private struct Entry {
        let until: Timestamp
        var attempts = 0
        /// Nil while the user is not shut out.
        var dueAt: Timestamp?
    }

    private let entries = Guarded<[Callback: Entry]>([:])

    package init() {}

    package func isKept(_ callback: Callback, at now: Timestamp) -> Bool {
        entries.withLock { entries in
            entries[callback].map { $0.dueAt == nil && now + CallbackLimits.registrationTime < $0.until } ?? false
        }
    }

    package func keep(_ callback: Callback, at now: Timestamp) async throws(StoreFailure) {
        entries.withLock { entries in
            if entries.count >= CallbackLimits.knownMax { entries = entries.filter { now < $0.value.until } }
            guard entries.count < CallbackLimits.knownMax else { return }
            entries[callback] = Entry(until: now + CallbackLimits.keepTime)
        }
    }

    package func shutOut(_ nextImpi: IMPI, by system: SystemID?, at now: Timestamp) async throws(StoreFailure) {
        entries.withLock { entries in
            for callback in entries.keys where callback.nextImpi == nextImpi && (system == nil || system == callback.nextSystem) {
                entries[callback]?.dueAt = now
            }
        }
    }

    package func judge(at now: Timestamp) async throws(StoreFailure) {}

    package func due(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [DueCallback] {
        entries.withLock { entries in
            entries = entries.filter { now < $0.value.until }
            return entries.filter { $0.value.dueAt.map { $0 <= now } ?? false }.prefix(limit).map { DueCallback($0.key, attempts: $0.value.attempts) }
        }
    }

    package func settle(heard: [Callback], later: [(callback: Callback, at: Timestamp)]) async throws(StoreFailure) {
        entries.withLock { entries in
            for callback in heard where entries[callback]?.dueAt != nil { entries[callback] = nil }
            for (callback, moment) in later where entries[callback]?.dueAt != nil {
                entries[callback]?.attempts += 1
                entries[callback]?.dueAt = moment
            }
        }
    }

    package func nextSystems() async throws(StoreFailure) -> [SystemID] { entries.withLock { Array(Set($0.keys.map(\.nextSystem))) } }
}
