import Base
import HTTPKit
import Testing

@testable import ServiceKit

/// What the log tells of requests.
@Suite struct RequestLogTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"

    private func laboratory(_ level: String = "info") async throws -> ServiceLaboratory {
        try await ServiceLaboratory(
            "--log-level", level,
            onAdmin: { admin in
                for method in [HTTPKit.Method.put, .patch, .delete, .post, .get] {
                    admin.on(method, "/admin/v1/things/{name}", String.self) { (_, _) async throws(Problem) in .text(.created, "") }
                }
                admin.on(.put, "/admin/v1/refused") { (_) async throws(Problem) in throw Problem(.conflict, detail: "no") }
            })
    }

    private func changes(_ laboratory: ServiceLaboratory) throws -> [JSONValue] {
        try laboratory.lines.all.map { try JSONValue(Array($0.utf8)) }.filter { $0["msg"]?.string == "changed" }
    }

    @Test(arguments: [HTTPKit.Method.put, .patch, .delete, .post])
    func `a change through the admin API is a line at info with its trace, and without the record's name`(method: HTTPKit.Method) async throws {
        let laboratory = try await laboratory()
        let fields: Fields = ["traceparent": "00-\(RequestLogTests.trace)-b7ad6b7169203331-01"]
        #expect(try await laboratory.get("/admin/v1/things/user1@primary.example", method: method, fields: fields).status == .created)
        #expect(await laboratory.end() == nil)
        let line = try #require(try changes(laboratory).first)
        #expect(line["level"]?.string == "info")
        #expect(line["trace"]?.string == RequestLogTests.trace)
        #expect(line["method"]?.string == method.rawValue)
        #expect(line["route"]?.string == "/admin/v1/things/{name}")
        #expect(line["status"]?.int == 201)
        #expect(!laboratory.lines.all.contains { $0.contains("user1") })
    }

    @Test func `every change is a line, however many there are`() async throws {
        let laboratory = try await laboratory()
        for number in 0..<30 { _ = try await laboratory.get("/admin/v1/things/\(number)", method: .put) }
        #expect(await laboratory.end() == nil)
        #expect(try changes(laboratory).count == 30)
    }

    @Test func `what changes nothing is no such line`() async throws {
        let laboratory = try await laboratory()
        _ = try await laboratory.get("/admin/v1/things/a")
        _ = try await laboratory.get("/admin/v1/refused", method: .put)
        _ = try await laboratory.get("/admin/v1/unknown", method: .put)
        _ = try await laboratory.get("/livez", method: .put)
        #expect(await laboratory.end() == nil)
        #expect(try changes(laboratory).isEmpty)
    }

    @Test(arguments: [
        "", "00", "00-\(trace)", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-\(trace.uppercased())-b7ad6b7169203331-01",
        "00-0af7  16cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ])
    func `a change whose request names no trace gets one`(field: String) throws {
        let trace = ServiceKit.Service.trace(.get(fields: field.isEmpty ? [:] : ["traceparent": field]))
        #expect(TraceID(parsing: Array(trace.utf8)).map { !$0.isZero } == true, "\(trace)")
        #expect(trace != RequestLogTests.trace)
    }

    @Test func `debug shows the first lines of requests and answers, and nothing of a query`() async throws {
        let laboratory = try await laboratory("debug")
        _ = try await laboratory.get("/admin/v1/things/a?access_token=canary", fields: ["Authorization": "Bearer canary"])
        _ = try await laboratory.get("/admin/v1/things/a")
        _ = try await laboratory.signal("/somewhere")
        #expect(await laboratory.end() == nil)
        let all = laboratory.lines.all
        #expect(all.contains { $0.contains(#""msg":"HTTP request""#) && $0.contains(#""line":"GET /admin/v1/things/a?…""#) })
        #expect(all.contains { $0.contains(#""msg":"HTTP response""#) && $0.contains(#""line":"201""#) })
        #expect(all.contains { $0.contains(#""line":"GET /somewhere""#) })
        #expect(!all.contains { $0.contains("canary") })
    }

    @Test func `at info there are no first lines`() async throws {
        let laboratory = try await laboratory()
        _ = try await laboratory.get("/admin/v1/things/a")
        #expect(await laboratory.end() == nil)
        #expect(!laboratory.lines.all.contains { $0.contains("HTTP re") })
    }
}
