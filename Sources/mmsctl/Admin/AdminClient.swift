internal import ArgumentParser
internal import Base
internal import HTTPKit

/// `--admin`, as every subcommand has it.
struct AdminOptions: ParsableArguments {
    @Option(
        name: .customLong("admin"),
        help: ArgumentHelp("An admin listener; repeatable (default 127.0.0.1:9081 to 9084).", valueName: "HOST:PORT|unix:PATH"))
    var addresses: [String] = []

    func origins() throws -> [(name: String, origin: Origin)] {
        let texts = addresses.isEmpty ? (9081...9084).map { "127.0.0.1:\($0)" } : addresses
        return try texts.map { text in
            do {
                if text.utf8.starts(with: "unix:".utf8) { return (text, Origin(try SocketAddress(parsing: text))) }
                return (text, try Origin(hostAndPort: text))
            } catch let error as AddressError { throw ValidationError("--admin: \(error.reason)") }
        }
    }
}

/// Asks admin listeners.
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

/// What happened to the command, for scripts.
enum Exit {
    static let notAsItShouldBe = ExitCode(1)
    static let unavailable = ExitCode(6)
}
