internal import Locking

/// The latest flow events, in memory: the oldest give way.
package final class FlowEvents: Sendable {
    /// A trace that is still remembered.
    package struct TraceSummary: Sendable, Equatable {
        package let trace: String
        /// Of its last event.
        package let timestamp: Timestamp
        package let eventCount: Int
    }

    private struct Ring {
        var events: [FlowEvent] = []
        /// Where the next event goes once the ring is full: its oldest.
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
        let isFull = ring.withLock { ring in
            guard ring.events.count == capacity else {
                ring.events.append(event)
                return false
            }
            ring.events[ring.next] = event
            ring.next = (ring.next + 1) % capacity
            return true
        }
        if isFull { overwritten.add() }
    }

    /// Oldest first; none for a trace nobody remembers.
    package func events(trace: String) -> [FlowEvent] { all.filter { $0.trace == trace } }

    /// Latest first.
    package func latestTraces(countMax: Int = 100) -> [TraceSummary] {
        var order: [String] = []
        var latest: [String: (timestamp: Timestamp, count: Int)] = [:]
        for event in all.reversed() {
            if let known = latest[event.trace] {
                latest[event.trace] = (known.timestamp, known.count + 1)
            } else if order.count < countMax {
                order.append(event.trace)
                latest[event.trace] = (event.timestamp, 1)
            }
        }
        return order.compactMap { trace in latest[trace].map { TraceSummary(trace: trace, timestamp: $0.timestamp, eventCount: $0.count) } }
    }

    package var overwrittenCount: Int { overwritten.value }
    package var count: Int { ring.withLock { $0.events.count } }

    /// Oldest first.
    private var all: [FlowEvent] {
        ring.withLock { ring in Array(ring.events[ring.next...]) + Array(ring.events[..<ring.next]) }
    }
}
