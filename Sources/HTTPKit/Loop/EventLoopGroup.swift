internal import Base
internal import CLinux
internal import Glibc

/// A fixed number of event loops, each on a thread of its own.
package final class EventLoopGroup: Sendable {
    package let loops: [EventLoop]
    private let threads: Guarded<[SystemThread]>

    /// - Parameter loopCount: one for each core in a server; one is enough for a tool.
    package init(loopCount: Int, calls: SystemCalls = .kernel) throws(SystemError) {
        precondition(loopCount > 0)
        var loops: [EventLoop] = []
        for index in 0..<loopCount { loops.append(try EventLoop(index: index, calls: calls)) }
        self.loops = loops
        var started: [SystemThread] = []
        do throws(SystemError) {
            for loop in loops { started.append(try EventLoopGroup.startThread(loop)) }
        } catch {
            EventLoopGroup.stop(loops, started)
            throw error
        }
        threads = Guarded(started)
    }

    /// How many cores this process may use. A container or `taskset` may grant it fewer than the machine has.
    package static var coreCount: Int { min(allowedCoreCount, CPUQuota.cores() ?? .max) }

    /// On how many cores the calling thread may run, whatever share of their time it has.
    static var allowedCoreCount: Int {
        let allowed = Int(mc_core_count())
        return allowed > 0 ? allowed : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    /// The loop for work that belongs to no loop yet.
    package var first: EventLoop { loops[0] }

    /// Stops every loop once it has nothing left to run, closes all its descriptors, and waits for its thread.
    ///
    /// Not to be called on a loop. A task that is resumed on a loop afterwards never runs, so servers and clients have to finish first.
    package func shutDown() {
        let joined = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        EventLoopGroup.stop(loops, joined)
    }

    private static func stop(_ loops: [EventLoop], _ threads: [SystemThread]) {
        for loop in loops { loop.stop() }
        for thread in threads { thread.join() }
    }

    private static func startThread(_ loop: EventLoop) throws(SystemError) -> SystemThread {
        do throws(SystemThread.Refusal) { return try SystemThread { loop.run() } } catch { throw SystemError("pthread_create", error.number) }
    }
}
