/// Attempts that wait for the same thing, not too many, and which of them give way.
///
/// Where there is no room for one more, the last attempt of the address that has the most leaves, if that address has more than the one of
/// the new attempt would have.
struct WaitingRoom<Attempt: Sendable>: Sendable {
    private struct Waiter {
        let attempt: Attempt
        let source: SourceAddress?
    }

    private var waiters: [Waiter] = []

    var count: Int { waiters.count }

    var all: [Attempt] { waiters.map(\.attempt) }

    /// - Returns: the attempt that there is no room for: this one, or the one that leaves for it; nil where there is room for all.
    mutating func add(_ attempt: Attempt, source: SourceAddress?, countMax: Int) -> Attempt? {
        let new = Waiter(attempt: attempt, source: source)
        guard waiters.count >= countMax else {
            waiters.append(new)
            return nil
        }
        guard let index = leaving(for: source) else { return attempt }
        let left = waiters.remove(at: index)
        waiters.append(new)
        return left.attempt
    }

    private func leaving(for source: SourceAddress?) -> Int? {
        var counts: [SourceAddress?: Int] = [source: 1]
        for waiter in waiters { counts[waiter.source, default: 0] += 1 }
        guard let most = counts.values.max(), most > counts[source] ?? 0 else { return nil }
        return waiters.lastIndex { counts[$0.source] == most }
    }
}
