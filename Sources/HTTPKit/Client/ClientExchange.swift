/// One request on its way and whoever waits for the response. Finished exactly once.
final class ClientExchange: @unchecked Sendable {
    // Safety (@unchecked): touched on the loop's thread only; cancellation is sent there.
    let request: ClientRequest
    let host: String
    let deadline: ContinuousClock.Instant
    var timer: Timer?
    /// The connection that carries it now.
    weak var carrier: (any ClientCarrier)?
    /// When it was given to that connection.
    var began: ContinuousClock.Instant?
    /// How often it has been given to a connection.
    var attempts = 0
    private var continuation: UnsafeContinuation<Result<Response, ClientError>, Never>?
    private(set) var isDone = false
    /// What it came to before anybody waited for it.
    private var early: Result<Response, ClientError>?

    init(request: ClientRequest, host: String, deadline: ContinuousClock.Instant) {
        self.request = request
        self.host = host
        self.deadline = deadline
    }

    /// A caller that has been cancelled may have given up before it comes here.
    func begin(_ continuation: UnsafeContinuation<Result<Response, ClientError>, Never>) {
        guard let early else { return self.continuation = continuation }
        continuation.resume(returning: early)
    }

    func finish(_ result: Result<Response, ClientError>) {
        guard !isDone else { return }
        isDone = true
        timer?.cancel()
        timer = nil
        carrier = nil
        guard let waiting = continuation.take() else { return early = result }
        waiting.resume(returning: result)
    }

    func fail(_ code: ClientError.Code, _ reason: String, maybeProcessed: Bool) {
        finish(.failure(ClientError(code, reason, maybeProcessed: maybeProcessed)))
    }

    /// Time is up or the caller has gone.
    func abandon(_ code: ClientError.Code, _ reason: String) {
        guard !isDone else { return }
        let carrier = carrier
        fail(code, reason, maybeProcessed: carrier != nil)
        carrier?.abandon(self)
    }
}
