internal import Base
internal import CLinux
internal import Glibc

/// A fixed set of event loops, each on a thread of its own.
package final class EventLoopGroup: Sendable {
    package let loops: [EventLoop]
    private let threads: Guarded<[pthread_t]>

    /// - Parameter loopCount: one per core is right for a server, one is enough for a tool.
    package init(loopCount: Int, calls: SystemCalls = .kernel) throws(SystemError) {
        precondition(loopCount > 0)
        var loops: [EventLoop] = []
        for index in 0..<loopCount { loops.append(try EventLoop(index: index, calls: calls)) }
        self.loops = loops
        var started: [pthread_t] = []
        do throws(SystemError) {
            for loop in loops { started.append(try EventLoopGroup.startThread(loop)) }
        } catch {
            EventLoopGroup.stop(loops, started)
            throw error
        }
        threads = Guarded(started)
    }

    /// How many cores' time the calling thread may use: a container or `taskset` may leave it less than the machine has.
    package static var coreCount: Int { min(allowedCoreCount, CPUQuota.cores() ?? .max) }

    /// On how many cores the calling thread may run.
    static var allowedCoreCount: Int {
        let allowed = Int(mc_core_count())
        return allowed > 0 ? allowed : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    /// The loop to start work on that has none yet.
    package var first: EventLoop { loops[0] }

    /// Stops every loop once it has nothing left to run, closes what is still open on it, and waits for the threads. Not to be called on
    /// a loop. A task that is resumed on a loop afterwards never runs: let servers and clients finish first.
    package func shutDown() {
        let joined = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        EventLoopGroup.stop(loops, joined)
    }

    private static func stop(_ loops: [EventLoop], _ threads: [pthread_t]) {
        for loop in loops { loop.stop() }
        for thread in threads { pthread_join(thread, nil) }
    }

    private static func startThread(_ loop: EventLoop) throws(SystemError) -> pthread_t {
        var thread = pthread_t()
        // Safety: the thread takes over this retain and releases it when its loop has ended.
        let box = Unmanaged.passRetained(loop)
        let status = pthread_create(
            &thread, nil,
            { box in
                guard let box else { return nil }
                Unmanaged<EventLoop>.fromOpaque(box).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            throw SystemError("pthread_create", status)
        }
        return thread
    }
}
