internal import Glibc

/// A value that one thread at a time may touch.
///
/// On a POSIX mutex and not on the standard library's `Mutex`: that one waits in code which thread sanitizer cannot see into, so that every
/// lock with contention would be reported as a race.
///
/// Public, because only what is public is inlined into the callers of another module, who know the types.
public final class Guarded<Value: ~Copyable>: @unchecked Sendable {
    // Safety (@unchecked): `value` is touched while the mutex is held only; the mutex is made in init and destroyed in deinit.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    @usableFromInline var value: Value

    public init(_ value: consuming sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        let status = pthread_mutex_init(mutex, nil)
        precondition(status == 0, "a mutex without attributes can be made")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Lends the value to `body`. Not to be called within itself.
    @inlinable public func withLock<Result: ~Copyable, Failure: Error>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
        lock()
        defer { unlock() }
        return try body(&value)
    }

    @usableFromInline func lock() { pthread_mutex_lock(mutex) }
    @usableFromInline func unlock() { pthread_mutex_unlock(mutex) }
}
