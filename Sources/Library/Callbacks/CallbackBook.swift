internal import Base
internal import Nhss

/// The callbacks of an `InMemoryCallbackStore`, by the users as the next hop knows them.
struct CallbackBook {
    struct Entry {
        var until: Timestamp
        var granted: GrantedIdentities
        var attempts = 0
        /// Nil while the user is not shut out.
        var dueAt: Timestamp?
        /// The next hop lets the user in no more, or it has taken an identity away.
        var isRefused = false
        var isLess = false
        var isUnderWay = false

        func isDue(at now: Timestamp) -> Bool { dueAt.map { $0 <= now } ?? false && now < until }
    }

    private var users: [IMPI: [Callback: Entry]] = [:]
    private var count = 0
    /// Those of users who are shut out.
    private(set) var due: Set<Callback> = []
    /// When it is looked for callbacks that are over; nil where there are none. Looking goes over all of them.
    private var nextLook: Timestamp?

    var all: some Sequence<Callback> { users.values.lazy.flatMap(\.keys) }

    func callbacks(at nextImpi: IMPI) -> [Callback: Entry] { users[nextImpi] ?? [:] }

    subscript(callback: Callback) -> Entry? {
        get { users[callback.nextImpi]?[callback] }
        set {
            let hadOne = users[callback.nextImpi, default: [:]].updateValue(newValue, for: callback)
            if users[callback.nextImpi]?.isEmpty ?? false { users[callback.nextImpi] = nil }
            count += (newValue == nil ? 0 : 1) - (hadOne ? 1 : 0)
            if newValue?.dueAt == nil { due.remove(callback) } else { due.insert(callback) }
            if let end = newValue?.until { nextLook = nextLook ?? end }
        }
    }

    /// Makes room for one more: the oldest of the same user and asker gives way, or where there are too many of all any other.
    mutating func makeRoom(for callback: Callback) {
        if count >= CallbackLimits.knownMax, let other = users.first?.value.keys.first { self[other] = nil }
        let others = callbacks(at: callback.nextImpi).filter { $0.key.impi == callback.impi && $0.key.asker == callback.asker }
        guard others.count >= CallbackLimits.addressesPerUserMax, let oldest = others.min(by: { $0.value.until < $1.value.until }) else { return }
        self[oldest.key] = nil
    }

    /// - Returns: how many of them were due.
    mutating func removeExpired(at now: Timestamp) -> Int {
        guard let nextLook, nextLook <= now else { return 0 }
        var expired = 0
        for (callback, entry) in users.values.flatMap({ $0 }) where entry.until <= now {
            if entry.dueAt != nil { expired += 1 }
            self[callback] = nil
        }
        let end = users.values.lazy.flatMap(\.values).map(\.until).min()
        self.nextLook = end.map { max($0, now + CallbackLimits.expiryLookTime) }
        return expired
    }
}

extension [Callback: CallbackBook.Entry] {
    /// - Returns: whether there was a value.
    fileprivate mutating func updateValue(_ value: CallbackBook.Entry?, for callback: Callback) -> Bool {
        defer { self[callback] = value }
        return self[callback] != nil
    }
}
