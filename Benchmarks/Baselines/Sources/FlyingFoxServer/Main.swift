import FlyingFox
import Foundation

private struct Question: Codable {
    var cscfServerName: String
    var sipAuthenticationScheme: String
}

private struct Answer: Codable {
    struct Vector: Codable { var rand, xres, autn, ck, ik: String }

    var impi: String
    var vectors: [Vector]

    enum CodingKeys: String, CodingKey {
        case impi
        case vectors = "3gAkaAvs"
    }
}

/// `FlyingFoxServer --port N`
@main
enum Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        let port = arguments.firstIndex(of: "--port").flatMap { UInt16(arguments[$0 + 1]) } ?? 0
        let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: port), logger: .disabled)
        await server.appendRoute("POST /vector") { request in
            _ = try JSONDecoder().decode(Question.self, from: try await request.bodyData)
            let octets = "000102030405060708090a0b0c0d0e0f"
            let answer = Answer(
                impi: "user1@primary.example",
                vectors: [Answer.Vector(rand: octets, xres: "2021222324252627", autn: "101112131415161718191a1b1c1d1e1f", ck: octets, ik: octets)])
            return HTTPResponse(statusCode: .ok, headers: [.contentType: "application/json"], body: try JSONEncoder().encode(answer))
        }
        try await server.run()
    }
}
