/// The executor of actors that run on a loop's thread.
package final class LoopSerialExecutor: SerialExecutor {
    private let loop: EventLoop

    package init(_ loop: EventLoop) { self.loop = loop }

    package func enqueue(_ job: consuming ExecutorJob) {
        loop.enqueue(LoopJob(job: UnownedJob(job), isolation: asUnownedSerialExecutor()))
    }

    package func checkIsolated() { precondition(loop.isCurrent, "this belongs to the thread of event loop \(loop.index)") }
}
