import AsyncHTTPClient
import Foundation
import GRDB
import Hummingbird
import NIOCore

/// Where an answer comes from: itself, a durable counter, or the next hop.
protocol AnswerSource: Sendable {
    func answer(_ question: Question, about impi: String) async throws -> Answer
}

struct CannedSource: AnswerSource {
    func answer(_ question: Question, about impi: String) async throws -> Answer { .canned(impi) }
}

/// One durable sequence number per answer; the vector itself is not computed.
struct DurableSource: AnswerSource {
    private let database: DatabasePool

    init(path: String) throws {
        database = try DatabasePool(path: path)
        try database.write { db in
            try db.execute(sql: "CREATE TABLE IF NOT EXISTS subscriber (impi TEXT PRIMARY KEY, sqn INTEGER NOT NULL) WITHOUT ROWID")
        }
        // The pool sets NORMAL on the connection it opens, after `prepareDatabase`: only here is FULL kept.
        let synchronous = try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            return try Int.fetchOne(db, sql: "PRAGMA synchronous")
        }
        guard synchronous == 2 else { throw HTTPError(.internalServerError, message: "synchronous is \(synchronous ?? -1), not FULL") }
    }

    func answer(_ question: Question, about impi: String) async throws -> Answer {
        let number = try await database.write { db in
            try Int.fetchOne(
                db.cachedStatement(
                    sql: "INSERT INTO subscriber (impi, sqn) VALUES (?, 1) ON CONFLICT (impi) DO UPDATE SET sqn = sqn + 1 RETURNING sqn"),
                arguments: [impi])
        }
        return .canned(impi, number: number ?? 0)
    }
}

/// Asks the next hop and decodes its answer.
struct NextHop: AnswerSource {
    private let client: HTTPClient
    private let root: String

    init(root: String, connections: Int) {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.root = root
    }

    func answer(_ question: Question, about impi: String) async throws -> Answer {
        var request = HTTPClientRequest(url: "\(root)/nhss-ims-ueau/v1/\(impi)/security-information/generate-sip-auth-data")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(data: try JSONEncoder().encode(question)))
        let response = try await client.execute(request, timeout: .seconds(10))
        guard response.status == .ok else { throw HTTPError(.badGateway) }
        let body = try await response.body.collect(upTo: 65_536)
        return try JSONDecoder().decode(Answer.self, from: Data(buffer: body))
    }
}
