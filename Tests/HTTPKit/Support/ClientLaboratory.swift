import Base

@testable import HTTPKit

typealias Outcome = Result<Response, ClientError>

/// A client on a loop of its own and whom it is to ask.
struct ClientLaboratory: Sendable {
    let group: EventLoopGroup
    let client: HTTPClient
    let origin: Origin

    func ask(_ path: String = "/", body: [UInt8] = [], within time: Duration = .seconds(10)) async -> Outcome {
        let request = ClientRequest(body.isEmpty ? .get : .post, path, body: body)
        do throws(ClientError) { return .success(try await client.send(request, to: origin, deadline: .now + time)) } catch {
            return .failure(error)
        }
    }

    /// Begins a request on the client's loop: those begun one after the other are sent or queued in that order.
    func begin(_ path: String = "/", body: [UInt8] = [], within time: Duration = .seconds(10)) -> Task<Outcome, Never> {
        Task(executorPreference: group.first) { await ask(path, body: body, within: time) }
    }

    /// Returns when all that was begun has been sent or queued, and all that was cancelled has been told.
    func settle() async { await Task(executorPreference: group.first) {}.value }

    /// As many requests at once, for `/0`, `/1` and so on; their outcomes in that order.
    func askAtOnce(_ count: Int, within time: Duration = .seconds(10)) async -> [Outcome] {
        var outcomes: [Outcome] = []
        for task in (0..<count).map({ begin("/\($0)", within: time) }) { outcomes.append(await task.value) }
        return outcomes
    }
}

extension Result<Response, ClientError> {
    var text: String? { if case .success(let response) = self { String(decoding: response.body, as: UTF8.self) } else { nil } }
    var status: Status? { if case .success(let response) = self { response.status } else { nil } }
    var error: ClientError? { if case .failure(let error) = self { error } else { nil } }
}

extension ClientError {
    /// Equal to every error of this code that says the same of the request.
    static func of(_ code: Code, maybeProcessed: Bool) -> ClientError { ClientError(code, "", maybeProcessed: maybeProcessed) }
}

/// Runs `body` with a client of this origin, then shuts down client and loop.
func withClient(
    of origin: Origin, speaking: ClientProtocol = .http1, calls: SystemCalls = .kernel, limits change: (inout ClientLimits) -> Void = { _ in },
    _ body: (ClientLaboratory) async throws -> Void
) async throws {
    var limits = ClientLimits()
    change(&limits)
    let group = try EventLoopGroup(loopCount: 1, calls: calls)
    let client = HTTPClient(on: group, limits: limits, speaking: speaking)
    let outcome: Result<Void, any Error>
    do {
        try await body(ClientLaboratory(group: group, client: client, origin: origin))
        outcome = .success(())
    } catch { outcome = .failure(error) }
    await client.shutDown()
    group.shutDown()
    try outcome.get()
}

/// The same with a server that ends with it.
func withClient(
    of server: RawServer, speaking: ClientProtocol = .http1, calls: SystemCalls = .kernel, limits change: (inout ClientLimits) -> Void = { _ in },
    _ body: (ClientLaboratory) async throws -> Void
) async throws {
    defer { server.stop() }
    try await withClient(of: Origin(server.address), speaking: speaking, calls: calls, limits: change, body)
}
