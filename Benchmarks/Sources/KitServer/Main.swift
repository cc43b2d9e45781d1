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
        NhssRoutes(source(options, group, canned), identifying: { _ in nil }, random: random).add(to: &router)
        var limits = ServerLimits()
        limits.connectionsPerLoopMax = 20_000
        limits.idleTime = .seconds(300)
        let server = Server(on: group, router: router, limits: limits)
        say("ready on \(try await server.listen(at: SocketAddress(host: "127.0.0.1", port: options.port)))", on: STDOUT_FILENO)
        // Until it is killed, at the latest after an hour.
        try await Task.sleep(for: .seconds(3_600))
    }

    private static func source(_ options: Options, _ group: EventLoopGroup, _ canned: CannedSource) -> any AuthenticationInformationSource {
        guard let next = options.next else { return canned }
        return NhssClient(client(options, group), apiRoots: [next], random: random)
    }

    /// The one place that chooses the protocol between hops.
    private static func client(_ options: Options, _ group: EventLoopGroup) -> HTTPClient {
        guard !options.asksOverHTTP2 else { fail("HTTPKit's client does not speak HTTP/2 yet", status: 69) }
        return HTTPClient(on: group)
    }

    private static let random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }

    private static func fail(_ reason: String, status: Int32) -> Never {
        say("KitServer: \(reason)", on: STDERR_FILENO)
        exit(status)
    }

    private static func say(_ text: String, on descriptor: Int32) {
        let line = Array((text + "\n").utf8)
        write(descriptor, line, line.count)
    }
}
