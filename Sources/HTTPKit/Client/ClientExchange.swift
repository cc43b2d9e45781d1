internal import Base

/// One request on its way and whoever waits for the response. Finished exactly once.
final class ClientExchange: TimerOwner, @unchecked Sendable {
    // Safety (@unchecked): touched on the loop's thread only; cancellation is sent there.
    let request: ClientRequest
    let host: String
    let deadline: Instant
    var timer: Timer?
    /// The connection that carries it now. The two hold one another until the exchange is finished, as each is.
    var connection: (any ClientConnection)?
    /// Whether it asks for nothing but an answer.
    var isProbe = false
    /// When it was given to that connection.
    var began: Instant?
    /// How often it has been given to a connection.
    var attempts = 0
    private var continuation: UnsafeContinuation<Void, Never>?
    private var result: Result<Response, ClientError>?

    init(request: ClientRequest, host: String, deadline: Instant) {
        self.request = request
        self.host = host
        self.deadline = deadline
    }

    var isDone: Bool { result != nil }

    /// A caller that has been cancelled may have given up before it comes here.
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

    /// What it came to, for whoever waited.
    var outcome: Result<Response, ClientError> {
        guard let result else { preconditionFailure("an exchange resumes its caller when it is finished") }
        return result
    }

    func fail(_ code: ClientError.Code, _ reason: String, maybeProcessed: Bool) {
        finish(.failure(ClientError(code, reason, maybeProcessed: maybeProcessed)))
    }

    func timeIsUp() { abandon(.timedOut, "no response in time") }

    /// Time is up or the caller has gone.
    func abandon(_ code: ClientError.Code, _ reason: String) {
        guard !isDone else { return }
        let connection = connection
        fail(code, reason, maybeProcessed: connection != nil)
        connection?.abandon(self)
    }
}
