internal import Base
internal import Glibc
internal import Logging

/// The log lines that wait for the thread which writes them.
///
/// It is bounded, so that a reader of standard error who stalls costs lines and never the service: `add` returns at once, and a line that does not
/// fit is dropped and counted.
// Safety: `state` is touched only while the lock is held.
final class LogQueue: @unchecked Sendable {
    private struct State {
        var lines: [[UInt8]] = []
        /// The memory of the lines that wait or are being written.
        var bytes = 0
        var limiter = LineLimiter()
        /// Lines dropped since the log last told of them.
        var untoldDrops = 0
        /// When the log may tell of dropped lines again.
        var nextTelling: Instant?
        var isClosing = false
        var hasEnded = false
    }

    let dropped = Counter()
    let leftOut = Counter()
    private let format: LineFormat
    private let bytesMax: Int
    private var state = State()
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let ended = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(_ format: LineFormat, bytesMax: Int) {
        self.format = format
        self.bytesMax = bytesMax
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_cond_init(ended, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(ended)
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        ended.deallocate()
        changed.deallocate()
        lock.deallocate()
    }

    // MARK: callers

    /// Leaves a line for the thread.
    ///
    /// - Returns: whether there was room for it.
    func add(_ line: [UInt8]) -> Bool {
        let hasRoom = withLock {
            guard !state.isClosing, state.bytes + LogQueue.memory(line) <= bytesMax else {
                state.untoldDrops += 1
                return false
            }
            state.lines.append(line)
            state.bytes += LogQueue.memory(line)
            if state.lines.count == 1 { pthread_cond_signal(changed) }
            return true
        }
        if !hasRoom { dropped.add() }
        return hasRoom
    }

    /// Whether a line of a kind is to be written now. If not, it is counted, and the log tells within a second how many were left out.
    func admits(_ kind: LineKind) -> Bool {
        let verdict = withLock {
            let verdict = state.limiter.verdict(on: kind, at: .now)
            // The thread has to tell of it when the second is over.
            if verdict == .firstLeftOut { pthread_cond_signal(changed) }
            return verdict
        }
        guard verdict != .admitted else { return true }
        leftOut.add()
        return false
    }

    /// Takes no more lines, and waits until those that wait are written.
    ///
    /// - Parameter time: how long to wait at the most: where nobody reads the lines they are lost.
    func close(within time: Duration) {
        let deadline = Instant.now + time
        withLock {
            state.isClosing = true
            pthread_cond_signal(changed)
            while !state.hasEnded {
                let left = deadline - .now
                guard left > .zero else { return }
                wait(ended, for: left)
            }
        }
    }

    // MARK: the thread

    /// The lines to write next, and those that tell of lines which are missing. It waits until there are some.
    ///
    /// - Returns: nil where there will be none any more.
    func next() -> (lines: [[UInt8]], notices: [[UInt8]])? {
        withLock {
            while true {
                let now = Instant.now
                let lines = state.lines
                state.lines = []
                let notices = takeNotices(at: now)
                if !lines.isEmpty || !notices.isEmpty { return (lines, notices) }
                guard !state.isClosing else { return nil }
                let drops = state.untoldDrops > 0 ? state.nextTelling : nil
                if let moment = [state.limiter.nextOmission, drops].compactMap({ $0 }).min() {
                    wait(changed, for: max(.zero, moment - now))
                } else {
                    pthread_cond_wait(changed, lock)
                }
            }
        }
    }

    /// Gives back the room of a line.
    func finish(_ line: [UInt8], wasWritten: Bool) {
        withLock {
            state.bytes -= LogQueue.memory(line)
            if !wasWritten { state.untoldDrops += 1 }
        }
        if !wasWritten { dropped.add() }
    }

    /// The thread's last word.
    func end() {
        withLock {
            state.hasEnded = true
            pthread_cond_broadcast(ended)
        }
    }

    private func takeNotices(at now: Instant) -> [[UInt8]] {
        var notices = state.limiter.takeOmissions(at: state.isClosing ? nil : now).map { omission in
            format.line(omission.kind.level, "lines left out", omission.kind.metadata.merging(["count": .stringConvertible(omission.count)]) { $1 })
        }
        if state.untoldDrops > 0, state.isClosing || state.nextTelling.map({ now >= $0 }) ?? true {
            notices.append(format.line(.warning, "log lines dropped", ["count": .stringConvertible(state.untoldDrops)]))
            state.untoldDrops = 0
            state.nextTelling = now + ServiceLimits.logWindowTime
        }
        return notices
    }

    // MARK: lock

    /// What a waiting line takes: its bytes, and the array around them.
    private static func memory(_ line: [UInt8]) -> Int { line.count + arrayBytes }
    private static let arrayBytes = 64

    private func wait(_ condition: UnsafeMutablePointer<pthread_cond_t>, for time: Duration) {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        let (seconds, attoseconds) = time.components
        let nanoseconds = end.tv_nsec + Int(attoseconds / 1_000_000_000)
        end.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        end.tv_nsec = nanoseconds % 1_000_000_000
        pthread_cond_timedwait(condition, lock, &end)
    }

    private func withLock<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }
}
