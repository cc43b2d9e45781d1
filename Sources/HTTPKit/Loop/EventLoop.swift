package import Base
internal import CLinux
internal import Glibc

/// One thread with one epoll instance, and the executor of everything that runs on it.
///
/// All that belongs to a connection is touched on its loop's thread only. A task started with this executor preference stays here:
/// when a handler has waited for a database or an upstream, it goes on where its connection lives.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    // Safety (@unchecked): everything but `inbox` is touched on the loop's own thread only, checked by `assertOnLoop`.
    private struct Inbox {
        var jobs: [LoopJob] = []
        var isWoken = false
        var isStopping = false
    }

    private struct Slot {
        var owner: (any Pollable)?
        var generation: UInt32 = 0
    }

    package let index: Int
    let calls: SystemCalls
    private let epoll: Int32
    private let wakeup: Int32
    private let inbox = Guarded(Inbox())
    private var localJobs: [LoopJob] = []
    private var slots: [Slot] = []
    private var timers = TimerQueue()
    /// The time at which this turn of the loop began.
    package private(set) var now = Instant.now
    // Safety: allocated in init, freed in deinit, lent to one reader at a time on the loop's thread.
    let readBuffer: UnsafeMutableRawBufferPointer
    /// What TLS has decrypted, like `readBuffer`.
    let contentBuffer: UnsafeMutableRawBufferPointer
    private var turnEnding: [any TurnEnding] = []

    package init(index: Int, calls: SystemCalls = .kernel) throws(SystemError) {
        self.index = index
        self.calls = calls
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw SystemError("epoll_create1") }
        wakeup = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard wakeup >= 0 else {
            let error = SystemError("eventfd")
            Glibc.close(epoll)
            throw error
        }
        readBuffer = .allocate(byteCount: LoopLimits.readBytesMax, alignment: 64)
        contentBuffer = .allocate(byteCount: LoopLimits.readBytesMax, alignment: 64)
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: UInt64.max))
        let status = epoll_ctl(epoll, EPOLL_CTL_ADD, wakeup, &event)
        precondition(status == 0, "a new epoll instance takes a new eventfd")
    }

    deinit {
        readBuffer.deallocate()
        contentBuffer.deallocate()
        Glibc.close(wakeup)
        Glibc.close(epoll)
    }

    /// The loop whose thread this is, if any.
    package static var current: EventLoop? {
        // Safety: the slot holds the loop that `run` put there and is emptied before that loop can go.
        mc_thread_object().map { Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    // Safety: the pointers are compared, not followed.
    package var isCurrent: Bool { mc_thread_object() == Unmanaged.passUnretained(self).toOpaque() }

    func assertOnLoop() { assert(isCurrent, "this belongs to the thread of event loop \(index)") }

    // MARK: executor

    package func enqueue(_ job: consuming ExecutorJob) { enqueue(LoopJob(job: UnownedJob(job), isolation: nil)) }

    func enqueue(_ job: LoopJob) {
        if isCurrent {
            localJobs.append(job)
            return
        }
        let mustWake = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isWoken = true }
            return !inbox.isWoken
        }
        if mustWake { wake() }
    }

    /// Runs `work` on the loop's thread, soon.
    package func execute(_ work: @escaping @Sendable () -> Void) {
        Task.detached(executorPreference: self) { work() }
    }

    // MARK: timers

    /// Calls `action` on the loop at or after `deadline`. On the loop's thread only.
    @discardableResult
    package func schedule(at deadline: Instant, _ action: @escaping () -> Void) -> Timer {
        assertOnLoop()
        return timers.add(at: deadline, action)
    }

    /// Calls `timeIsUp` of the owner, which it does not hold, at or after `deadline`. On the loop's thread only.
    func schedule(at deadline: Instant, telling owner: any TimerOwner) -> Timer {
        assertOnLoop()
        return timers.add(at: deadline, telling: owner)
    }

    /// Calls `turnEnded` once, after all events and jobs of this turn.
    func atTurnEnd(_ owner: any TurnEnding) {
        assertOnLoop()
        turnEnding.append(owner)
    }

    private func endTurn() {
        while !turnEnding.isEmpty {
            let owners = turnEnding
            turnEnding.removeAll(keepingCapacity: true)
            for owner in owners { owner.turnEnded() }
        }
    }

    // MARK: descriptors

    func register(_ descriptor: Int32, events: UInt32, owner: any Pollable) throws(SystemError) {
        assertOnLoop()
        let position = Int(descriptor)
        while slots.count <= position { slots.append(Slot()) }
        slots[position].generation &+= 1
        try control(EPOLL_CTL_ADD, descriptor, events)
        slots[position].owner = owner
    }

    func modify(_ descriptor: Int32, events: UInt32) throws(SystemError) { try control(EPOLL_CTL_MOD, descriptor, events) }

    /// Forgets and closes the descriptor.
    func remove(_ descriptor: Int32) {
        assertOnLoop()
        // Taken out first: what the owner's own end sets off may look at the slots again.
        let owner = slots[Int(descriptor)].owner.take()
        Glibc.close(descriptor)
        withExtendedLifetime(owner) {}
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32) throws(SystemError) {
        let token = UInt64(slots[Int(descriptor)].generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
        var event = epoll_event(events: events, data: epoll_data_t(u64: token))
        guard epoll_ctl(epoll, operation, descriptor, &event) == 0 else { throw SystemError("epoll_ctl") }
    }

    // MARK: running

    /// Serves until `stop`, then closes what is still open. The calling thread becomes the loop's.
    func run() {
        // Safety: the loop lives at least until this method returns, and the slot is emptied before.
        mc_set_thread_object(Unmanaged.passUnretained(self).toOpaque())
        defer { mc_set_thread_object(nil) }
        var events = [epoll_event](repeating: epoll_event(), count: Int(LoopLimits.eventsMax))
        while true {
            let count = epoll_wait(epoll, &events, LoopLimits.eventsMax, waitMilliseconds())
            now = .now
            for event in events.prefix(Int(max(count, 0))) { dispatch(event) }
            while let action = timers.popDue(at: now) { action() }
            let isStopping = runJobs()
            endTurn()
            if isStopping, localJobs.isEmpty { break }
        }
        closeAll()
    }

    func stop() {
        inbox.withLock { $0.isStopping = true }
        wake()
    }

    private func waitMilliseconds() -> Int32 {
        guard localJobs.isEmpty else { return 0 }
        guard let earliest = timers.earliest else { return -1 }
        let (seconds, attoseconds) = (earliest - .now).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < 3_600 else { return 3_600_000 }
        return Int32(seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    private func dispatch(_ event: epoll_event) {
        let token = event.data.u64
        if token == UInt64.max {
            var count: UInt64 = 0
            Glibc.read(wakeup, &count, MemoryLayout<UInt64>.size)
            return
        }
        let slot = slots[Int(UInt32(truncatingIfNeeded: token))]
        // An event for a descriptor that was closed, perhaps opened anew, earlier in this turn is not its owner's.
        guard let owner = slot.owner, slot.generation == UInt32(truncatingIfNeeded: token >> 32) else { return }
        let broken = EPOLLERR.rawValue | EPOLLHUP.rawValue
        owner.ready(
            Readiness(
                canRead: event.events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0,
                canWrite: event.events & EPOLLOUT.rawValue != 0,
                isBroken: event.events & broken != 0))
    }

    /// Runs what was enqueued, and what that enqueues, for a bounded number of rounds: two tasks that keep waking each other must not
    /// keep the loop from its descriptors and timers.
    /// - Returns: whether the loop was told to stop and has nothing left to run.
    private func runJobs() -> Bool {
        for _ in 0..<LoopLimits.jobRoundsPerTurnMax {
            let (jobs, isStopping) = takeInbox()
            localJobs.append(contentsOf: jobs)
            if localJobs.isEmpty { return isStopping }
            let batch = localJobs
            localJobs.removeAll(keepingCapacity: true)
            for job in batch {
                if let isolation = job.isolation {
                    job.job.runSynchronously(isolatedTo: isolation, taskExecutor: asUnownedTaskExecutor())
                } else {
                    job.job.runSynchronously(on: asUnownedTaskExecutor())
                }
            }
        }
        return false
    }

    private func takeInbox() -> (jobs: [LoopJob], isStopping: Bool) {
        inbox.withLock { inbox in
            guard !inbox.jobs.isEmpty || inbox.isWoken else { return ([], inbox.isStopping) }
            let jobs = inbox.jobs
            inbox.jobs = []
            inbox.isWoken = false
            return (jobs, inbox.isStopping)
        }
    }

    /// Sockets and loop hold one another while the sockets are open; tasks that wait for a socket learn here that it is gone. Whoever loses one
    /// may open another, and loses that as well.
    private func closeAll() {
        for _ in 0..<LoopLimits.endingRoundsMax {
            for slot in slots { slot.owner?.close() }
            timers = TimerQueue()
            if runJobs(), !slots.contains(where: { $0.owner != nil }) { return }
        }
    }

    private func wake() {
        var one: UInt64 = 1
        Glibc.write(wakeup, &one, MemoryLayout<UInt64>.size)
    }
}
