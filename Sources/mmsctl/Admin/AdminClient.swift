internal import Base
internal import HTTPKit

/// Asks the admin listeners of services.
struct AdminClient {
    private static let answerTime = Duration.seconds(5)
    private let group: EventLoopGroup
    private let client: HTTPClient

    init() throws {
        group = try EventLoopGroup(loopCount: 1)
        client = HTTPClient(on: group)
    }

    func get(_ target: String, from origin: Origin) async throws(ClientError) -> Response {
        try await client.send(ClientRequest(.get, target), to: origin, deadline: .now + AdminClient.answerTime)
    }

    func shutDown() async {
        await client.shutDown()
        group.shutDown()
    }
}
