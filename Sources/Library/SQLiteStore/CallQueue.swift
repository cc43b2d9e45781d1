internal import Base
internal import Glibc

/// Where callers leave their calls for the database thread.
///
/// Bounded: what does not fit is refused at once, so that a slow disk makes errors and not a pile.
// Safety: every property below the lock is touched only while the lock is held. Calls are handed over, not shared:
// the caller does not touch one after `submit`, the thread not after it answered.
final class CallQueue: @unchecked Sendable {
    enum State {
        case open
        case closing
        case failed(SQLiteError)
    }

    private let limits: DatabaseLimits
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var waiting: [Call] = []
    private var state = State.open
    private var hasEnded = false
    private var closers: [CheckedContinuation<Void, Never>] = []

    init(limits: DatabaseLimits) {
        self.limits = limits
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    /// - Returns: nil when the call was taken, else why not; the caller then answers it.
    func submit(_ call: Call) -> SQLiteError? {
        withLock {
            switch state {
            case .closing: return SQLiteError(.closed, "the database is closed", place: "\(call.label)")
            case .failed(let error): return SQLiteError(.failed, "stopped after: \(error)", place: "\(call.label)")
            case .open: break
            }
            guard waiting.count < limits.queuedCallsMax else {
                return SQLiteError(.overloaded, "\(limits.queuedCallsMax) calls wait", place: "\(call.label)")
            }
            waiting.append(call)
            pthread_cond_signal(changed)
            return nil
        }
    }

    /// Waits for calls and takes as many as may share a transaction, oldest first.
    ///
    /// - Returns: nil when there will be none any more.
    func next() -> [Call]? {
        withLock {
            while waiting.isEmpty {
                guard case .open = state else { return nil }
                pthread_cond_wait(changed, lock)
            }
            if waiting.count <= limits.batchCallsMax {
                defer { waiting = [] }
                return waiting
            }
            let batch = Array(waiting.prefix(limits.batchCallsMax))
            waiting.removeFirst(batch.count)
            return batch
        }
    }

    /// Takes no more calls; those that wait are still served.
    func startClosing() {
        withLock {
            if case .open = state { state = .closing }
            pthread_cond_signal(changed)
        }
    }

    /// Takes no more calls.
    ///
    /// - Returns: those that waited; the thread answers them.
    func fail(_ error: SQLiteError) -> [Call] {
        withLock {
            state = .failed(error)
            defer { waiting = [] }
            return waiting
        }
    }

    /// The thread's last word.
    func end() {
        let closers = withLock {
            hasEnded = true
            defer { self.closers = [] }
            return self.closers
        }
        for closer in closers { closer.resume() }
    }

    /// Returns when the thread has said its last word.
    func waitForEnd() async {
        await withCheckedContinuation { closer in
            let hasEnded = withLock {
                if !self.hasEnded { closers.append(closer) }
                return self.hasEnded
            }
            if hasEnded { closer.resume() }
        }
    }

    var failure: SQLiteError? {
        withLock {
            guard case .failed(let error) = state else { return nil }
            return error
        }
    }

    /// How many calls wait.
    var count: Int { withLock { waiting.count } }

    private func withLock<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }
}
