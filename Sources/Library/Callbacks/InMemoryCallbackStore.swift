package import Base
package import Nhss
package import Store

/// Keeps callbacks for as long as the process lives. It judges nobody: the next hop says who is shut out.
package final class InMemoryCallbackStore: CallbackStore {
    private let book = Guarded(CallbackBook())

    package init() {}

    package func isKept(_ callback: Callback, granting identities: GrantedIdentities, at now: Timestamp) -> Bool {
        book.withLock { book in
            guard let entry = book[callback] else { return false }
            return entry.dueAt == nil && !entry.isUnderWay && now + CallbackLimits.registrationTime < entry.until
                && identities.isWithin(entry.granted)
        }
    }

    package func keep(
        _ callback: Callback, granting identities: GrantedIdentities, at now: Timestamp, unless isVoid: @escaping @Sendable () -> Bool
    ) async throws(StoreFailure) -> KeepOutcome {
        book.withLock { book in
            if isVoid() { return .void }
            if book[callback]?.isUnderWay ?? false { return .noticeUnderWay }
            if book[callback] == nil { book.makeRoom(for: callback) }
            var entry = book[callback] ?? CallbackBook.Entry(until: now, granted: GrantedIdentities())
            entry.granted = entry.granted.union(identities)
            entry.until = now + CallbackLimits.keepTime
            entry.isRefused = false
            if !entry.isLess {
                entry.dueAt = nil
                entry.attempts = 0
            }
            book[callback] = entry
            return .kept
        }
    }

    package func shutOut(
        _ nextImpi: IMPI, by system: SystemID?, for reason: DeregistrationReason, at now: Timestamp
    ) async throws(StoreFailure) {
        book.withLock { book in
            for (callback, entry) in book.callbacks(at: nextImpi) where system == nil || system == callback.nextSystem {
                book[callback]?.dueAt = entry.dueAt ?? now
                switch reason {
                case .permanentTermination: book[callback]?.isRefused = true
                case .serverChange: book[callback]?.isLess = true
                }
            }
        }
    }

    package func judge(at now: Timestamp) async throws(StoreFailure) -> CallbackJudgement {
        book.withLock { book in
            let expired = book.removeExpired(at: now)
            return CallbackJudgement(pending: min(book.due.count, CallbackLimits.countedMax), expired: expired, hasMore: false)
        }
    }

    package func lanes(at now: Timestamp, without: Set<CallbackLane>, perAskerMax: Int) async throws(StoreFailure) -> [CallbackLane] {
        book.withLock { book in
            var counts: [SystemID: Int] = [:]
            var lanes: Set<CallbackLane> = []
            for callback in book.due where !without.contains(callback.lane) && !lanes.contains(callback.lane) {
                guard lanes.count < CallbackLimits.lanesAtOnceMax else { break }
                guard counts[callback.asker, default: 0] < perAskerMax, book[callback]?.isDue(at: now) ?? false else { continue }
                counts[callback.asker, default: 0] += 1
                lanes.insert(callback.lane)
            }
            return Array(lanes)
        }
    }

    package func take(_ lane: CallbackLane, at now: Timestamp, limit: Int) async throws(StoreFailure) -> [DueCallback] {
        book.withLock { book in
            let due = book.due.filter { $0.lane == lane }.compactMap { callback in book[callback].map { (callback, $0) } }
            let taken = due.filter { $0.1.isDue(at: now) && !$0.1.isUnderWay }.sorted { ($0.1.dueAt ?? now) < ($1.1.dueAt ?? now) }.prefix(limit)
            for (callback, _) in taken { book[callback]?.isUnderWay = true }
            return taken.map { DueCallback($0.0, $0.1.isRefused ? .permanentTermination : .serverChange, attempts: $0.1.attempts) }
        }
    }

    package func settle(heard: [Callback], later: [(callback: Callback, at: Timestamp)]) async throws(StoreFailure) {
        book.withLock { book in
            for callback in heard { book[callback] = nil }
            for (callback, moment) in later {
                book[callback]?.isUnderWay = false
                book[callback]?.attempts += 1
                book[callback]?.dueAt = moment
            }
        }
    }

    package func nextSystems() async throws(StoreFailure) -> [SystemID] {
        book.withLock { book in Array(Set(book.all.lazy.map(\.nextSystem))) }
    }
}
