internal import Base
internal import Nhss

/// Which public identities are watched, and by how many.
struct WatchTable: Sendable {
    private struct Watch {
        var set: RegistrationSet
        var count: Int
    }

    /// By the identity that is watched.
    private var watches: [IMPU: Watch] = [:]
    /// The identities that are watched together with each one.
    private var watchedWith: [IMPU: Set<IMPU>] = [:]

    var isEmpty: Bool { watches.isEmpty }

    /// One more watches an identity, and those that are registered together with it.
    mutating func begin(_ impu: IMPU, _ set: RegistrationSet) {
        let count = watches[impu]?.count ?? 0
        replace(impu, Watch(set: set, count: count + 1))
    }

    /// One less watches it.
    mutating func end(_ impu: IMPU) {
        guard var watch = watches[impu] else { return }
        watch.count -= 1
        replace(impu, watch.count > 0 ? watch : nil)
    }

    private mutating func replace(_ impu: IMPU, _ watch: Watch?) {
        for member in members(watches[impu], impu) {
            watchedWith[member]?.remove(impu)
            if watchedWith[member]?.isEmpty ?? false { watchedWith[member] = nil }
        }
        watches[impu] = watch
        if let watch { for member in members(watch, impu) { watchedWith[member, default: []].insert(impu) } }
    }

    private func members(_ watch: Watch?, _ impu: IMPU) -> Set<IMPU> { watch.map { Set($0.set.impus).union([impu]) } ?? [] }

    /// The news for those who watch identities that have just changed.
    ///
    /// - Parameters:
    ///   - ended: what the change has ended.
    ///   - table: the registrations after the change.
    mutating func news(of changed: [IMPU], _ ended: [EndedContact], _ table: RegistrationTable, at now: Instant) -> [RegistrationNews] {
        let watched = changed.reduce(into: Set<IMPU>()) { $0.formUnion(watchedWith[$1] ?? []) }
        return watched.compactMap { impu in
            guard let watch = watches[impu] else { return nil }
            let set = table.registration(of: impu, at: now)?.set ?? watch.set
            let known = watch.set.identities + set.identities
            let barred = Set(known.lazy.filter(\.isBarred).map(\.impu))
            let shown = Set(known.map(\.impu)).subtracting(barred)
            if set != watch.set { replace(impu, Watch(set: set, count: watch.count)) }
            return RegistrationNews(impu: impu, view: table.view(of: set, at: now), ended: ended.filter { shown.contains($0.impu) })
        }
    }
}
