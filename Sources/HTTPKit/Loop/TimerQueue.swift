/// What is to be done at a time, on the loop's thread.
package final class Timer {
    fileprivate(set) var deadline: ContinuousClock.Instant
    fileprivate var action: (() -> Void)?

    fileprivate init(deadline: ContinuousClock.Instant, action: @escaping () -> Void) {
        self.deadline = deadline
        self.action = action
    }

    package func cancel() { action = nil }
}

/// A binary heap of timers, earliest first. Cancelled ones are swept out when they may be half of it: a client has a deadline for every
/// request and cancels nearly all.
struct TimerQueue {
    private static let sweepCountMin = 256
    private var heap: [Timer] = []
    private var sweepCount = TimerQueue.sweepCountMin

    /// With those that are cancelled and not swept out yet.
    var count: Int { heap.count }

    var earliest: ContinuousClock.Instant? { heap.first?.deadline }

    mutating func add(at deadline: ContinuousClock.Instant, _ action: @escaping () -> Void) -> Timer {
        if heap.count >= sweepCount { sweep() }
        let timer = Timer(deadline: deadline, action: action)
        heap.append(timer)
        siftUp(from: heap.count - 1)
        return timer
    }

    /// Takes the action of the earliest timer that is due, if any.
    mutating func popDue(at now: ContinuousClock.Instant) -> (() -> Void)? {
        while let first = heap.first, first.action == nil || first.deadline <= now {
            removeFirst()
            if let action = first.action {
                first.action = nil
                return action
            }
        }
        return nil
    }

    private mutating func sweep() {
        // A sorted array is a heap.
        heap = heap.filter { $0.action != nil }.sorted { $0.deadline < $1.deadline }
        sweepCount = max(TimerQueue.sweepCountMin, 2 * heap.count)
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown()
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].deadline < heap[parent].deadline else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var smallest = parent
            for child in 2 * parent + 1..<2 * parent + 3 where child < heap.count && heap[child].deadline < heap[smallest].deadline {
                smallest = child
            }
            guard smallest != parent else { return }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
