internal import Base

/// What is to be done at a time, on the loop's thread.
package final class Timer {
    fileprivate struct Owner {
        unowned let value: any TimerOwner
    }

    /// A connection is told by name: every idle one has a timer, which is to cost no closure on top.
    fileprivate enum Action {
        case none
        case call(() -> Void)
        case tell(Owner)
    }

    fileprivate(set) var deadline: Instant
    fileprivate var action: Action

    fileprivate init(deadline: Instant, action: Action) {
        self.deadline = deadline
        self.action = action
    }

    package func cancel() { action = .none }

    fileprivate var isCancelled: Bool { if case .none = action { true } else { false } }

    fileprivate func take() -> (() -> Void)? {
        defer { action = .none }
        switch action {
        case .none: return nil
        case .call(let action): return action
        case .tell(let owner): return { owner.value.timeIsUp() }
        }
    }
}

/// A binary heap of timers, earliest first. Cancelled ones stay until they are due or may be half of it, and are then swept out together: a client
/// has a deadline for every request and cancels nearly all, and to take each out by itself would cost more than to add it.
struct TimerQueue {
    private static let sweepCountMin = 256
    private var heap: [Timer] = []
    private var sweepCount = TimerQueue.sweepCountMin

    /// With those that are cancelled and not swept out yet.
    var count: Int { heap.count }

    var earliest: Instant? { heap.first?.deadline }

    mutating func add(at deadline: Instant, _ action: @escaping () -> Void) -> Timer {
        add(Timer(deadline: deadline, action: .call(action)))
    }

    mutating func add(at deadline: Instant, telling owner: any TimerOwner) -> Timer {
        add(Timer(deadline: deadline, action: .tell(Timer.Owner(value: owner))))
    }

    private mutating func add(_ timer: Timer) -> Timer {
        if heap.count >= sweepCount { sweep() }
        heap.append(timer)
        siftUp(from: heap.count - 1)
        return timer
    }

    /// Takes the action of the earliest timer that is due, if any.
    mutating func popDue(at now: Instant) -> (() -> Void)? {
        while let first = heap.first, first.deadline <= now {
            removeFirst()
            if let action = first.take() { return action }
        }
        return nil
    }

    private mutating func sweep() {
        // A sorted array is a heap.
        heap = heap.filter { !$0.isCancelled }.sorted { $0.deadline < $1.deadline }
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
