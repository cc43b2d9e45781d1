internal import Base

/// An action at a time, on the loop's thread.
package final class Timer {
    fileprivate struct Owner {
        unowned let value: any TimerOwner
    }

    /// `tell` saves the memory of a closure, because every idle connection has a timer.
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

/// A binary heap of timers, earliest first.
///
/// A cancelled timer stays until it is due or until half of the heap may be cancelled timers, which are then removed together. A client has a
/// deadline for every request and cancels nearly all of them, and removing each one alone would cost more than adding it.
struct TimerQueue {
    private static let sweepCountMin = 256
    private var heap: [Timer] = []
    private var sweepCount = TimerQueue.sweepCountMin

    /// The number of timers, cancelled ones that are not removed yet included.
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

    /// Removes the earliest timer that is due and returns its action; nil where none is due.
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
