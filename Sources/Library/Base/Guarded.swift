internal import Glibc

/// A value that one thread at a time may use.
///
///     let counts = Guarded<[String: Int]>([:])
///     counts.withLock { $0["served", default: 0] += 1 }
///
/// It has a POSIX mutex and not the standard library's `Mutex`, because thread sanitizer does not see that one wait and would report a race for every
/// lock that two threads want.
///
/// Public, because a generic type is compiled for its callers' types only if its code is public.
public final class Guarded<Value: ~Copyable>: @unchecked Sendable {
    // Safety (@unchecked): `value` is used only while the mutex is held. The mutex is made in init and destroyed in deinit.
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

    /// Lends the value to `body`, which must not call this method of the same object.
    @inlinable public func withLock<Result: ~Copyable, Failure: Error>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
        lock()
        defer { unlock() }
        return try body(&value)
    }

    @usableFromInline func lock() { pthread_mutex_lock(mutex) }
    @usableFromInline func unlock() { pthread_mutex_unlock(mutex) }
}
