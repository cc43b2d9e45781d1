internal import Glibc

/// A thread for work that may block, which no other thread waits for.
package enum DetachedThread {
    private final class Work: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `work` on a new thread, which ends when `work` returns. The thread inherits the signal mask of the caller.
    /// - Returns: false where the system gives no further thread; then `work` is not called.
    package static func start(_ work: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        // Safety: the thread takes over the reference that is retained here.
        let work = Unmanaged.passRetained(Work(work))
        let status = pthread_create(
            &thread, nil,
            { work in
                guard let work else { return nil }
                Unmanaged<Work>.fromOpaque(work).takeRetainedValue().run()
                return nil
            }, work.toOpaque())
        guard status == 0 else {
            work.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
