package import Base

/// Sends requests over kept-alive connections that live on the caller's own event loop.
package final class HTTPClient: Sendable {
    private let group: EventLoopGroup
    private let pools: [ClientPool]

    /// - Parameters:
    ///   - speaks: what is spoken where the server understands both.
    ///   - security: who we are and whom we believe, for origins that are `https`.
    package init(
        on group: EventLoopGroup, limits: ClientLimits = ClientLimits(), speaking speaks: ClientProtocol = .http1, security: TLSSource? = nil
    ) {
        self.group = group
        let options = ClientOptions(limits: limits, speaks: speaks, security: security)
        pools = group.loops.map { ClientPool(loop: $0, options: options) }
        for pool in pools { pool.setSiblings(pools) }
    }

    /// Whether an origin could not be reached just now, does not answer what it is sent, or has asked to be left alone, so that another one is the
    /// better choice for now.
    package func isDown(_ origin: Origin) -> Bool {
        pool?.isDown(origin) ?? false
    }

    /// Of the loop whose thread this is, if it is one of ours.
    private var pool: ClientPool? {
        guard let loop = EventLoop.current, loop.index < pools.count, pools[loop.index].loop === loop else { return nil }
        return pools[loop.index]
    }

    /// Sends a request and waits for the whole response.
    ///
    /// A request is sent once, on a kept connection only if the server has not closed it: where the error says that the server cannot have
    /// processed it, the caller may try again.
    /// - Parameter deadline: also bounds the wait for a connection; a cancelled task ends the exchange at once.
    package func send(_ request: ClientRequest, to origin: Origin, deadline: Instant) async throws(ClientError) -> Response {
        if let pool { return try await pool.send(request, to: origin, deadline: deadline) }
        return try await sendFromElsewhere(request, to: origin, deadline: deadline)
    }

    /// A function of its own, so that what it needs to remember is no part of every request's memory.
    private func sendFromElsewhere(_ request: ClientRequest, to origin: Origin, deadline: Instant) async throws(ClientError) -> Response {
        // The task below would have begun by the time it is told.
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

    /// Closes every connection; exchanges under way fail, and so does every later one.
    package func shutDown() async {
        for pool in pools { await Task(executorPreference: pool.loop) { pool.shutDown() }.value }
    }
}
