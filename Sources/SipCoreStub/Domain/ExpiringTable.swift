internal import Base

/// A dictionary with a bound, whose values all live equally long; when it is full the oldest gives way.
struct ExpiringTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        let insertion: UInt64
        let end: Instant
    }

    private struct Ticket {
        let key: Key
        let insertion: UInt64
    }

    private let timeToLive: Duration
    private let countMax: Int
    private var entries: [Key: Entry] = [:]
    /// Oldest first; those of replaced or removed values are stale and passed over.
    private var tickets: [Ticket] = []
    private var firstTicket = 0
    private var insertions: UInt64 = 0

    init(timeToLive: Duration, countMax: Int) {
        precondition(countMax > 0)
        self.timeToLive = timeToLive
        self.countMax = countMax
    }

    var count: Int { entries.count }

    /// Nil where there is none or its time is over.
    func value(for key: Key, at now: Instant) -> Value? {
        guard let entry = entries[key], now < entry.end else { return nil }
        return entry.value
    }

    /// Puts a value in the place of any other under its key; its life begins now.
    mutating func insert(_ value: Value, for key: Key, at now: Instant) {
        removeExpired(at: now)
        if entries[key] == nil, entries.count >= countMax { removeOldest() }
        insertions += 1
        entries[key] = Entry(value: value, insertion: insertions, end: now + timeToLive)
        tickets.append(Ticket(key: key, insertion: insertions))
        dropStaleTickets()
    }

    mutating func remove(_ key: Key) { entries[key] = nil }

    mutating func removeExpired(at now: Instant) {
        while firstTicket < tickets.count {
            let ticket = tickets[firstTicket]
            if let entry = entries[ticket.key], entry.insertion == ticket.insertion {
                guard entry.end <= now else { return }
                entries[ticket.key] = nil
            }
            firstTicket += 1
        }
    }

    private mutating func removeOldest() {
        while firstTicket < tickets.count {
            let ticket = tickets[firstTicket]
            firstTicket += 1
            guard entries[ticket.key]?.insertion == ticket.insertion else { continue }
            entries[ticket.key] = nil
            return
        }
    }

    /// Keeps the tickets in proportion to the values, at a cost that spread over the insertions is constant.
    private mutating func dropStaleTickets() {
        guard tickets.count > 2 * entries.count + 64 else { return }
        tickets = tickets[firstTicket...].filter { entries[$0.key]?.insertion == $0.insertion }
        firstTicket = 0
    }
}
