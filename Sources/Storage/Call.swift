/// One `write` or `read` on its way through the database thread.
class Call {
    let access: Connection.Access
    let label: StaticString

    init(_ access: Connection.Access, _ label: StaticString) {
        self.access = access
        self.label = label
    }

    /// Runs the body and keeps what it gives.
    func run(_ connection: Connection) throws(StorageError) {}
    /// Lets the caller go on with what the body gave.
    func answer() {}
    /// Lets the caller go on with an error, whatever the body gave.
    func fail(_ error: StorageError) {}
}

final class BodyCall<Answer: Sendable>: Call {
    typealias Body = @Sendable (Connection) throws(StorageError) -> Answer

    private let body: Body
    private let continuation: CheckedContinuation<Result<Answer, StorageError>, Never>
    private var kept: Answer?

    init(
        _ access: Connection.Access, _ label: StaticString, _ body: @escaping Body,
        _ continuation: CheckedContinuation<Result<Answer, StorageError>, Never>
    ) {
        self.body = body
        self.continuation = continuation
        super.init(access, label)
    }

    override func run(_ connection: Connection) throws(StorageError) {
        connection.label = label
        kept = try body(connection)
    }

    override func answer() {
        guard let kept else { return fail(StorageError(.misuse, "the body was not run", place: "\(label)")) }
        continuation.resume(returning: .success(kept))
    }

    override func fail(_ error: StorageError) {
        continuation.resume(returning: .failure(error))
    }
}
