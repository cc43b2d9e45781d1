package import Base

/// Sends requests over kept-alive connections that live on the caller's own event loop.
package final class HTTPClient: Sendable {
    private let group: EventLoopGroup
    private let pools: [ClientPool]

    /// - Parameters:
    ///   - speaks: the version of HTTP that is preferred where the server understands both.
    ///   - security: our certificate and the authorities we accept, for origins that are `https`.
    ///   - concernsOthersOnly: whether a 503 with `Retry-After` is not about the server that sent it. Other origins are then preferred to it.
    package init(
        on group: EventLoopGroup, limits: ClientLimits = ClientLimits(), speaking speaks: ClientProtocol = .http1, security: TLSSource? = nil,
        concernsOthersOnly: @escaping @Sendable (Response) -> Bool = { _ in false }
    ) {
        self.group = group
        let options = ClientOptions(limits: limits, speaks: speaks, security: security, concernsOthersOnly: concernsOthersOnly)
        pools = group.loops.map { ClientPool(loop: $0, options: options) }
        for pool in pools { pool.setSiblings(pools) }
    }

    /// Whether the last attempts of this loop to reach an origin have failed, so that another origin is the better choice for now.
    package func isDown(_ origin: Origin) -> Bool {
        pool?.isDown(origin) ?? false
    }

    /// The pool of the loop whose thread this is, if the loop is one of the client's.
    private var pool: ClientPool? {
        guard let loop = EventLoop.current, loop.index < pools.count, pools[loop.index].loop === loop else { return nil }
        return pools[loop.index]
    }

    /// Sends a request and waits for the whole response.
    ///
    ///     let origin = try Origin(hostAndPort: "127.0.0.1:8080")
    ///     let request = ClientRequest(.post, "/orders", fields: ["Content-Type": "application/json"], body: body)
    ///     let response = try await client.send(request, to: origin, deadline: .now + .seconds(2))
    ///     guard response.status == .created else { … }
    ///
    /// A response of any status is a success. A request is not repeated, except over HTTP/2 where the server says that it has not processed it; where
    /// the error says `maybeProcessed == false`, the caller may send it again.
    ///
    /// - Parameters:
    ///   - deadline: bounds everything, the wait for a connection included. Cancelling the task ends the exchange at once.
    /// - Returns: the response with its whole body, at most `ClientLimits.bodyBytesMax`.
    /// - Throws: `ClientError`, for instance `.connectionRefused`, `.timedOut` or `.overloaded`.
    package func send(_ request: ClientRequest, to origin: Origin, deadline: Instant) async throws(ClientError) -> Response {
        if let pool { return try await pool.send(request, to: origin, deadline: deadline) }
        return try await sendFromElsewhere(request, to: origin, deadline: deadline)
    }

    /// A function of its own, so that its variables take no memory of the requests that are sent from a loop.
    private func sendFromElsewhere(_ request: ClientRequest, to origin: Origin, deadline: Instant) async throws(ClientError) -> Response {
        // Asked here because the task below would have sent the request before it learns of the cancellation.
        guard !Task.isCancelled else { throw ClientError(.cancelled, "the caller gave up", maybeProcessed: false) }
        let pool = pools[0]
        let task = Task(executorPreference: pool.loop) { () -> Result<Response, ClientError> in
            do throws(ClientError) { return .success(try await pool.send(request, to: origin, deadline: deadline)) } catch { return .failure(error) }
        }
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        return try result.get()
    }

    /// Closes every connection. Exchanges under way fail, and so does every later one.
    package func shutDown() async {
        for pool in pools { await Task(executorPreference: pool.loop) { pool.shutDown() }.value }
    }
}
