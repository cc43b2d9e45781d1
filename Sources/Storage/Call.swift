/// One `write` or `read` on its way through the database thread.
class Call {
    let access: Connection.Access
    let label: StaticString
    /// Told on the database thread that the call has ended, well or not, before its caller is.
    private let ended: (@Sendable () -> Void)?
    /// Resumed once: the database thread answers or fails each call that was taken, and `submit` each that was not.
    private var continuation: CheckedContinuation<Void, Never>?
    /// Why the caller is not to have what the body gave.
    private(set) var failure: StorageError?

    init(_ access: Connection.Access, _ label: StaticString, ended: (@Sendable () -> Void)?) {
        self.access = access
        self.label = label
        self.ended = ended
    }

    /// Before the call is submitted.
    final func begin(_ continuation: CheckedContinuation<Void, Never>) { self.continuation = continuation }

    final func run(_ connection: Connection) throws(StorageError) {
        connection.label = label
        try runBody(connection)
    }

    /// Lets the caller go on with what the body gave.
    final func answer() {
        ended?()
        continuation.take()?.resume()
    }

    /// Lets the caller go on with an error, whatever the body gave.
    final func fail(_ error: StorageError) {
        failure = error
        answer()
    }

    /// Runs the body and keeps what it gives.
    func runBody(_ connection: Connection) throws(StorageError) {}
}

final class BodyCall<Answer: Sendable>: Call {
    typealias Body = @Sendable (Connection) throws(StorageError) -> Answer

    private let body: Body
    private var kept: Answer?

    init(_ access: Connection.Access, _ label: StaticString, ended: (@Sendable () -> Void)?, _ body: @escaping Body) {
        self.body = body
        super.init(access, label, ended: ended)
    }

    override func runBody(_ connection: Connection) throws(StorageError) { kept = try body(connection) }

    /// What it came to, for the caller that was let go on.
    func outcome() throws(StorageError) -> Answer {
        if let failure { throw failure }
        guard let kept else { throw StorageError(.misuse, "the body was not run", place: "\(label)") }
        return kept
    }
}
