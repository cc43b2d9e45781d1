/// One `write` or `read` on its way through the database thread.
class Call {
    let access: Connection.Access
    let label: StaticString
    /// Told on the database thread that the call has ended, well or not, before its caller is.
    private let ended: (@Sendable () -> Void)?

    init(_ access: Connection.Access, _ label: StaticString, ended: (@Sendable () -> Void)?) {
        self.access = access
        self.label = label
        self.ended = ended
    }

    final func run(_ connection: Connection) throws(StorageError) {
        connection.label = label
        try runBody(connection)
    }

    /// Lets the caller go on with what the body gave.
    final func answer() {
        ended?()
        resume(nil)
    }

    /// Lets the caller go on with an error, whatever the body gave.
    final func fail(_ error: StorageError) {
        ended?()
        resume(error)
    }

    /// Runs the body and keeps what it gives.
    func runBody(_ connection: Connection) throws(StorageError) {}

    func resume(_ error: StorageError?) {}
}

final class BodyCall<Answer: Sendable>: Call {
    typealias Body = @Sendable (Connection) throws(StorageError) -> Answer

    private let body: Body
    // Safety: resumed once: the database thread answers or fails each call that was taken, and `submit` each that was not.
    private let continuation: CheckedContinuation<Result<Answer, StorageError>, Never>
    private var kept: Answer?

    init(
        _ access: Connection.Access, _ label: StaticString, ended: (@Sendable () -> Void)?, _ body: @escaping Body,
        _ continuation: CheckedContinuation<Result<Answer, StorageError>, Never>
    ) {
        self.body = body
        self.continuation = continuation
        super.init(access, label, ended: ended)
    }

    override func runBody(_ connection: Connection) throws(StorageError) { kept = try body(connection) }

    override func resume(_ error: StorageError?) {
        if let error {
            continuation.resume(returning: .failure(error))
        } else if let kept {
            continuation.resume(returning: .success(kept))
        } else {
            continuation.resume(returning: .failure(StorageError(.misuse, "the body was not run", place: "\(label)")))
        }
    }
}
