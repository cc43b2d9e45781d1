internal import Base

/// A dictionary whose values all live equally long. When it is full, a new value takes the place of the oldest.
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
    /// The keys in the order of insertion. A ticket is stale once its value was replaced or removed, and is passed over then.
    private var tickets: [Ticket] = []
    private var firstTicket = 0
    private var insertions: UInt64 = 0

    init(timeToLive: Duration, countMax: Int) {
        precondition(countMax > 0)
        self.timeToLive = timeToLive
        self.countMax = countMax
    }

    var count: Int { entries.count }

    /// The value of a key; nil where there is none or its time is over.
    func value(for key: Key, at now: Instant) -> Value? {
        guard let entry = entries[key], now < entry.end else { return nil }
        return entry.value
    }

    /// Puts a value in the place of any other with its key. Its time begins now.
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

    /// Drops stale tickets once they outnumber the values, so that each insertion costs the same on average.
    private mutating func dropStaleTickets() {
        guard tickets.count > 2 * entries.count + 64 else { return }
        tickets = tickets[firstTicket...].filter { entries[$0.key]?.insertion == $0.insertion }
        firstTicket = 0
    }
}
