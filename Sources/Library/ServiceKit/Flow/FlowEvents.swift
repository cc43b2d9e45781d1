package import Base
package import Flow

/// The latest flow events, in memory: a new one takes the place of the oldest.
package final class FlowEvents: Sendable {
    /// An event that is made only when somebody reads it.
    private struct Entry: Sendable {
        let trace: UInt128
        let timestamp: Timestamp
        let event: @Sendable () -> FlowEvent
    }

    private struct Ring {
        var entries: [Entry] = []
        /// The place of the oldest event, which the next one takes once the ring is full.
        var next = 0
    }

    private let capacity: Int
    private let ring = Guarded(Ring())
    private let overwritten = Counter()

    package init(capacity: Int = 10_000) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    package func record(_ event: FlowEvent) {
        record(trace: FlowEvents.number(event.trace), at: event.timestamp) { event }
    }

    /// Records an event whose texts are made when somebody reads it: every request records events, and hardly any is ever read.
    ///
    /// - Parameter trace: the trace id as a number.
    package func record(trace: UInt128, at timestamp: Timestamp, _ event: @escaping @Sendable () -> FlowEvent) {
        let entry = Entry(trace: trace, timestamp: timestamp, event: event)
        let isFull = ring.withLock { ring in
            guard ring.entries.count == capacity else {
                ring.entries.append(entry)
                return false
            }
            ring.entries[ring.next] = entry
            ring.next = (ring.next + 1) % capacity
            return true
        }
        if isFull { overwritten.add() }
    }

    /// The events of a trace, oldest first; none where the trace is not remembered.
    package func events(trace: String) -> [FlowEvent] {
        let number = FlowEvents.number(trace)
        return all.filter { $0.trace == number }.map { $0.event() }
    }

    /// The traces that are remembered, latest first.
    package func latestTraces(countMax: Int = 100) -> [TraceSummary] {
        var order: [Entry] = []
        var counts: [UInt128: Int] = [:]
        for entry in all.reversed() {
            if let count = counts[entry.trace] {
                counts[entry.trace] = count + 1
            } else if order.count < countMax {
                order.append(entry)
                counts[entry.trace] = 1
            }
        }
        return order.map { TraceSummary(last: $0.event(), eventCount: counts[$0.trace] ?? 0) }
    }

    package var overwrittenCount: Int { overwritten.value }
    package var count: Int { ring.withLock { $0.entries.count } }

    /// Oldest first.
    private var all: [Entry] {
        ring.withLock { ring in Array(ring.entries[ring.next...]) + Array(ring.entries[..<ring.next]) }
    }

    /// Text that is no trace id becomes zero, which is the id of no trace (W3C Trace Context §3.2.2.3).
    private static func number(_ trace: String) -> UInt128 { UInt128(trace, radix: 16) ?? 0 }
}
