/// A part of a task that waits to be run on a loop.
struct LoopJob {
    let job: UnownedJob
    /// The executor of the actor that the part belongs to; nil where the task runs here by preference only. Such a task must not be told that it is
    /// isolated: it would be enqueued again at every return from an asynchronous call, because its caller is not isolated.
    let isolation: UnownedSerialExecutor?
}
