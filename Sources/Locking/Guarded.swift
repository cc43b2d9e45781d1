internal import Glibc

/// A value that one thread at a time may touch.
///
/// On a POSIX mutex and not on the standard library's `Mutex`: that one waits in code which thread sanitizer cannot see into, so that every
/// lock with contention would be reported as a race.
package final class Guarded<Value: ~Copyable>: @unchecked Sendable {
    // Safety (@unchecked): `value` is touched while the mutex is held only; the mutex is made in init and destroyed in deinit.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    package init(_ value: consuming sending Value) {
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
    package func withLock<Result: ~Copyable, Failure: Error>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
