internal import CLinux
internal import Glibc

/// A thread for work that blocks. It takes no signals, which are for the main thread and for whoever waits for them.
package struct SystemThread: Sendable {
    /// The system gave no further thread, and why.
    package struct Refusal: Error, CustomStringConvertible {
        /// As in `errno`.
        package let number: Int32
        package var description: String { "no further thread: \(String(cString: strerror(number)))" }
    }

    private final class Work {
        let run: () -> Void

        init(_ run: @escaping () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    /// Starts a thread, which ends when `work` returns. Either `join` or `detach` is called once, so that the system can release it.
    package init(_ work: sending @escaping () -> Void) throws(Refusal) {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
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
            throw Refusal(number: status)
        }
        self.thread = thread
    }

    /// Starts a thread that ends by itself, and ends the process where the system gives no further thread.
    package static func startOrEnd(_ work: sending @escaping () -> Void) {
        do throws(Refusal) { try SystemThread(work).detach() } catch { preconditionFailure("\(error)") }
    }

    /// Waits until the thread has ended.
    package func join() { pthread_join(thread, nil) }

    /// Lets the thread end by itself.
    package func detach() { pthread_detach(thread) }
}
