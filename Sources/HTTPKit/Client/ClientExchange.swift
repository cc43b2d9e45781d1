/// One request on its way and whoever waits for the response. Finished exactly once.
final class ClientExchange: @unchecked Sendable {
    // Safety (@unchecked): touched on the loop's thread only; cancellation is sent there.
    let request: ClientRequest
    let host: String
    let deadline: ContinuousClock.Instant
    var timer: Timer?
    /// The connection that carries it now.
    weak var connection: ClientConnection?
    private var continuation: UnsafeContinuation<Result<Response, ClientError>, Never>?
    private(set) var isDone = false

    init(request: ClientRequest, host: String, deadline: ContinuousClock.Instant) {
        self.request = request
        self.host = host
        self.deadline = deadline
    }

    func begin(_ continuation: UnsafeContinuation<Result<Response, ClientError>, Never>) { self.continuation = continuation }

    func finish(_ result: Result<Response, ClientError>) {
        guard !isDone else { return }
        isDone = true
        timer?.cancel()
        timer = nil
        continuation?.resume(returning: result)
        continuation = nil
    }

    func fail(_ code: ClientError.Code, _ reason: String, maybeProcessed: Bool) {
        finish(.failure(ClientError(code, reason, maybeProcessed: maybeProcessed)))
    }

    /// Time is up or the caller has gone: the connection cannot be used on, for its response would be taken for the next one's.
    func abandon(_ code: ClientError.Code, _ reason: String) {
        guard !isDone else { return }
        let wasSent = connection?.hasSent ?? false
        fail(code, reason, maybeProcessed: wasSent)
        connection?.close()
    }
}
