internal import Glibc
internal import HTTPKit
internal import Nhss
internal import NhssHTTP

/// HTTPKit as a server by itself or as a hop: what the other servers of the measurement are compared with.
@main
enum Main {
    static func main() async {
        do {
            try await serve(try Options(Array(CommandLine.arguments.dropFirst())))
        } catch let error as UsageError {
            fail(error.reason, status: 64)
        } catch {
            fail("\(error)", status: 1)
        }
    }

    private static func serve(_ options: Options) async throws {
        let group = try EventLoopGroup(loopCount: options.loopCount)
        let canned = try CannedSource()
        let impi = try IMPI("user1@primary.example")
        var router = Router()
        router.on(.post, "/vector") { (request) throws(Problem) in try canned.answer(request, about: impi) }
        router.on(.get, "/health") { _ in .now(.text(.ok, "ok\n")) }
        NhssRoutes(try source(options, group, canned), identifying: NobodyProven(), random: SpanNumbers.next).add(to: &router)
        var limits = ServerLimits()
        limits.connectionsMax = 20_000
        limits.connectionsPerAddressMax = 20_000
        limits.connectionsPerCertificateMax = 20_000
        limits.idleTime = .seconds(300)
        let server = Server(on: group, router: router, limits: limits, security: try security(options))
        say("ready on \(try await server.listen(at: SocketAddress(host: "127.0.0.1", port: options.port)))", on: STDOUT_FILENO)
        // Until it is killed, at the latest after an hour.
        try await Task.sleep(for: .seconds(3_600))
    }

    private static func source(_ options: Options, _ group: EventLoopGroup, _ canned: CannedSource) throws -> any AuthenticationInformationSource {
        guard let next = options.next else { return canned }
        return NhssClient(try client(options, group), apiRoots: [next], random: SpanNumbers.next)
    }

    /// The one place that chooses the protocol between hops.
    private static func client(_ options: Options, _ group: EventLoopGroup) throws -> HTTPClient {
        HTTPClient(on: group, speaking: options.speaks, security: try options.files.map { try TLSSource(.client, $0, protocols: ALPN.all) })
    }

    private static func security(_ options: Options) throws -> ServerSecurity? {
        guard options.isSecure, let files = options.files else { return nil }
        return ServerSecurity(try TLSSource(.server, files, protocols: ALPN.all)) { _, error in say("KitServer: refused: \(error)", on: STDERR_FILENO)
        }
    }

    private static func fail(_ reason: String, status: Int32) -> Never {
        say("KitServer: \(reason)", on: STDERR_FILENO)
        exit(status)
    }

    private static func say(_ text: String, on descriptor: Int32) {
        let line = Array((text + "\n").utf8)
        write(descriptor, line, line.count)
    }
}
