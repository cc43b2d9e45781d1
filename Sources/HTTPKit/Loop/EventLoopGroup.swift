internal import Glibc
internal import Synchronization

/// A fixed set of event loops, each on a thread of its own.
package final class EventLoopGroup: Sendable {
    package let loops: [EventLoop]
    private let threads: Mutex<[pthread_t]>

    /// - Parameter loopCount: one per core is right for a server, one is enough for a tool.
    package init(loopCount: Int, calls: SystemCalls = .kernel) throws(SystemError) {
        precondition(loopCount > 0)
        var loops: [EventLoop] = []
        for index in 0..<loopCount { loops.append(try EventLoop(index: index, calls: calls)) }
        self.loops = loops
        threads = Mutex(loops.map(EventLoopGroup.startThread))
    }

    package static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// The loop to start work on that has none yet.
    package var first: EventLoop { loops[0] }

    /// Stops every loop once it has nothing left to run, and waits for the threads. Not to be called on a loop.
    package func shutDown() {
        for loop in loops { loop.stop() }
        let joined = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in joined { pthread_join(thread, nil) }
    }

    private static func startThread(_ loop: EventLoop) -> pthread_t {
        var thread = pthread_t()
        // Safety: the thread takes over this retain and releases it when its loop has ended.
        let box = Unmanaged.passRetained(loop)
        let status = pthread_create(&thread, nil, { box in
            guard let box else { return nil }
            Unmanaged<EventLoop>.fromOpaque(box).takeRetainedValue().run()
            return nil
        }, box.toOpaque())
        precondition(status == 0, "no thread for an event loop")
        return thread
    }
}
