/// One `write` or `read` on its way through the database thread.
final class Call {
    /// Keeps what it gives where its caller finds it.
    typealias Body = @Sendable (Connection) throws(SQLiteError) -> Void

    let access: Connection.Access
    let label: StaticString
    private let body: Body
    /// Told on the database thread that the call has ended, well or not, before its caller is.
    private let ended: (@Sendable () -> Void)?
    /// Resumed once: the database thread answers or fails each call that was taken, and `submit` each that was not.
    private var continuation: CheckedContinuation<Void, Never>?
    /// Why the caller is not to have what the body gave.
    private(set) var failure: SQLiteError?

    init(_ access: Connection.Access, _ label: StaticString, ended: (@Sendable () -> Void)?, _ body: @escaping Body) {
        self.access = access
        self.label = label
        self.ended = ended
        self.body = body
    }

    /// Before the call is submitted.
    func begin(_ continuation: CheckedContinuation<Void, Never>) { self.continuation = continuation }

    func run(_ connection: Connection) throws(SQLiteError) {
        connection.label = label
        try body(connection)
    }

    /// Lets the caller go on with what the body gave.
    func answer() {
        ended?()
        continuation.take()?.resume()
    }

    /// Lets the caller go on with an error, whatever the body gave.
    func fail(_ error: SQLiteError) {
        failure = error
        answer()
    }
}
