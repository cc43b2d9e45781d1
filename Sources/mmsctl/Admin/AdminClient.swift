internal import Base
internal import HTTPKit

/// Asks the admin listeners of services.
struct AdminClient {
    private let group: EventLoopGroup
    private let client: HTTPClient

    init() throws {
        group = try EventLoopGroup(loopCount: 1)
        client = HTTPClient(on: group)
    }

    func get(_ target: String, from origin: Origin) async throws(ClientError) -> Response {
        try await client.send(ClientRequest(.get, target), to: origin, deadline: .now + Limits.answerTime)
    }

    /// The service at an address; nil where something else than a service answers.
    func service(at origin: Origin) async throws(ClientError) -> ServiceName? {
        let answer = try await get("/version", from: origin)
        return answer.status == .ok ? ServiceName(version: answer.body) : nil
    }

    func shutDown() async {
        await client.shutDown()
        group.shutDown()
    }
}
