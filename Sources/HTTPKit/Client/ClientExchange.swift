internal import Base

/// One request under way and the caller that waits for its response. It is finished exactly once.
final class ClientExchange: TimerOwner, @unchecked Sendable {
    // Safety (@unchecked): touched on the loop's thread only; a cancellation is sent there.
    let request: ClientRequest
    let host: String
    let deadline: Instant
    var timer: Timer?
    /// The connection that carries the exchange now. The two hold one another until the exchange is finished, which always happens.
    var connection: (any ClientConnection)?
    /// Whether the exchange is a probe, which only finds out whether the origin answers.
    var isProbe = false
    /// When the exchange was given to that connection.
    var began: Instant?
    /// How many connections have been given the exchange.
    var attempts = 0
    /// Whether this origin has had the request before and refused it.
    var isRepeated: Bool
    private var continuation: UnsafeContinuation<Void, Never>?
    private var result: Result<Response, ClientError>?

    init(request: ClientRequest, host: String, deadline: Instant) {
        self.request = request
        self.host = host
        self.deadline = deadline
        isRepeated = request.isRepeated
    }

    var isDone: Bool { result != nil }

    /// Lets the caller wait. If it was cancelled beforehand, the exchange is done already and the caller goes on at once.
    func begin(_ continuation: UnsafeContinuation<Void, Never>) {
        if isDone { continuation.resume() } else { self.continuation = continuation }
    }

    func finish(_ result: Result<Response, ClientError>) {
        guard !isDone else { return }
        self.result = result
        timer?.cancel()
        timer = nil
        connection = nil
        continuation.take()?.resume()
    }

    /// The response or the error, once the exchange is done.
    var outcome: Result<Response, ClientError> {
        guard let result else { preconditionFailure("an exchange resumes its caller when it is finished") }
        return result
    }

    func fail(_ code: ClientError.Code, _ reason: String, maybeProcessed: Bool) {
        finish(.failure(ClientError(code, reason, maybeProcessed: maybeProcessed)))
    }

    func timeIsUp() { abandon(.timedOut, "no response in time") }

    /// Ends the exchange because its time is up or its caller was cancelled.
    func abandon(_ code: ClientError.Code, _ reason: String) {
        guard !isDone else { return }
        let connection = connection
        fail(code, reason, maybeProcessed: connection != nil)
        connection?.abandon(self)
    }
}
