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

    func get(_ target: String, from origin: Origin) async throws(AdminFailure) -> Response {
        do throws(ClientError) {
            return try await client.send(ClientRequest(.get, target), to: origin, deadline: .now + Limits.answerTime)
        } catch { throw AdminFailure(reason: error.reason) }
    }

    /// The service at an address. An address may answer and be no admin listener: that of signalling, or of another program.
    func service(at origin: Origin) async throws(AdminFailure) -> ServiceName {
        let answer = try await get("/version", from: origin)
        guard answer.status == .ok, let name = ServiceName(version: answer.body) else {
            throw AdminFailure(
                reason:
                    "answers \(answer.status) to /version, so it is no admin listener of a service (\(AdminOptions.defaults) unless set otherwise)")
        }
        return name
    }

    func shutDown() async {
        await client.shutDown()
        group.shutDown()
    }
}
