/// A piece of a task that waits for its turn on a loop.
struct LoopJob {
    let job: UnownedJob
    /// Of an actor that lives on the loop; nil where the task runs here by preference only. To tell such a task that it is isolated would have
    /// it enqueued anew at every return from an asynchronous call, for its caller is not.
    let isolation: UnownedSerialExecutor?
}
