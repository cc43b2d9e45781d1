import Foundation
import Hummingbird
import HummingbirdHTTP2
import Logging
import NIOPosix

/// `HummingbirdServer --port N [--threads N] [--h2c] [--database FILE | --next http://HOST:PORT] [--client-connections N]`
@main
enum Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        func value(_ flag: String) -> String? { arguments.firstIndex(of: flag).map { arguments[$0 + 1] } }

        let source: any AnswerSource
        if let next = value("--next") {
            source = NextHop(root: next, connections: value("--client-connections").flatMap { Int($0) } ?? 8)
        } else if let path = value("--database") {
            source = try DurableSource(path: path)
        } else {
            source = CannedSource()
        }

        let router = Router()
        router.post("/vector") { request, context -> Answer in
            _ = try await request.decode(as: Question.self, context: context)
            return .canned("user1@primary.example")
        }
        router.post("/nhss-ims-ueau/v1/{impi}/security-information/generate-sip-auth-data") { request, context -> Answer in
            let impi = try context.parameters.require("impi")
            return try await source.answer(try await request.decode(as: Question.self, context: context), about: impi)
        }

        var logger = Logger(label: "HummingbirdServer")
        logger.logLevel = .error
        let threads = value("--threads").flatMap { Int($0) }
        let application = Application(
            router: router, server: arguments.contains("--h2c") ? .plaintextHTTP2() : .http1(),
            configuration: .init(address: .hostname("127.0.0.1", port: value("--port").flatMap { Int($0) } ?? 0)),
            eventLoopGroupProvider: threads.map { .shared(MultiThreadedEventLoopGroup(numberOfThreads: $0)) } ?? .singleton, logger: logger)
        try await application.runService()
    }
}
