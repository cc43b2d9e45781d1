import Base
import Glibc
import Testing

@testable import HTTPKit

/// One request more or less than was sent is somebody else's answer. Each row is sent to a server with another request behind it, and read by
/// the server at once and byte by byte.
@Suite struct SmugglingTests {
    /// Reads a byte a turn, whatever has come.
    private static var readingSingly: SystemCalls {
        var calls = SystemCalls.kernel
        calls.read = { descriptor, buffer, _ in recv(descriptor, buffer, 1, 0) }
        return calls
    }

    private func check(_ row: Smuggling) async throws {
        try await check(row, .kernel, "whole")
        try await check(row, Self.readingSingly, "byte by byte")
    }

    private func check(_ row: Smuggling, _ calls: SystemCalls, _ manner: Comment) async throws {
        try await withServer(calls: calls, limits: { ($0.headTime, $0.bodyTime, $0.idleTime) = (.seconds(2), .seconds(2), .seconds(2)) }) { server in
            let client = try server.connect()
            client.send(row.bytes + Array(Smuggling.inner.utf8))
            // Whoever is refused is hung up on without being asked.
            if !row.closes { client.endSending() }
            let answers = Answers(try client.rest()).all.filter { $0.status != 100 }
            let expected = row.answers + (row.closes ? [] : ["204"])
            #expect(answers.count == expected.count, "\(manner): \(answers)")
            for (answer, expected) in zip(answers, expected) {
                #expect(expected == "\(answer.status)" || expected == "\(answer.status) \(answer.body)", "\(manner): \(answer)")
            }
            #expect(answers.dropLast().allSatisfy { !$0.closes }, manner)
            #expect(!row.closes || answers.last?.closes == true, manner)
            let served = server.served.all
            #expect(served.map { $0.status.code } == answers.map(\.status), manner)
            #expect(served.filter { $0.method == .delete }.count == (row.closes ? 0 : 1), manner)
            // A refusal is no handler's.
            if row.closes, answers.last.map({ $0.status >= 400 }) == true { #expect(served.last?.route == "", manner) }
        }
    }

    /// What came on a connection, taken apart by `Content-Length` alone.
    private struct Answers {
        struct Answer { let status: Int, body: String, closes: Bool }
        private(set) var all: [Answer] = []

        init(_ text: String) {
            var rest = Array(text.utf8)[...]
            while let end = rest.indices.first(where: { rest[$0...].starts(with: [13, 10, 13, 10]) }) {
                let head = RawClient.Answer(head: String(decoding: rest[..<end], as: UTF8.self), body: "")
                let body = rest[(end + 4)...].prefix(head.field("content-length").flatMap { Int($0) } ?? 0)
                all.append(Answer(status: head.status, body: String(decoding: body, as: UTF8.self), closes: head.field("connection") == "close"))
                rest = rest[body.endIndex...]
            }
            if !rest.isEmpty { all.append(Answer(status: 0, body: String(decoding: rest, as: UTF8.self), closes: false)) }
        }
    }

    @Test(arguments: Smuggling.lengths) func `a body is as long as its one length says`(_ row: Smuggling) async throws { try await check(row) }
    @Test(arguments: Smuggling.codings) func `chunked is the only coding, alone and undisguised`(_ row: Smuggling) async throws {
        try await check(row)
    }
    @Test(arguments: Smuggling.chunks) func `chunks end where they say`(_ row: Smuggling) async throws { try await check(row) }
    @Test(arguments: Smuggling.lines) func `lines end in CRLF and hold what they may`(_ row: Smuggling) async throws { try await check(row) }
    @Test(arguments: Smuggling.targets) func `a request is for one path and for one host`(_ row: Smuggling) async throws { try await check(row) }

    @Test func `no byte in or beside a framing field hides a request`() {
        let place = { (before: String, byte: UInt8, after: String) in
            Decoded.requests([Array(before.utf8) + [byte] + Array((after + Smuggling.inner).utf8)])
        }
        for byte in UInt8.min...UInt8.max where !ASCII.isAlphanumeric(byte) {
            for (before, after) in [
                ("Content-Length", ": 2\r\n\r\nok"), ("Content-Len", "gth: 2\r\n\r\nok"), ("", "Content-Length: 2\r\n\r\nok"),
                ("Content-Length:", "2x\r\n\r\nok"), ("Content-Length: 2", "2\r\n\r\nok"), ("Transfer-Encoding", ": chunked\r\n\r\n0\r\n\r\n"),
                ("Transfer-Encoding: chunked", "x\r\n\r\n0\r\n\r\n"), ("Transfer-Encoding: ", "xchunked\r\n\r\n0\r\n\r\n"),
            ] {
                let seen = place("POST /echo HTTP/1.1\r\nHost: a\r\n" + before, byte, after)
                // Another field name is another field: the request then has no body, and its would-be body is no request.
                #expect(seen.last?.hasPrefix("refused") == true, "\(before) \(byte) \(after): \(seen)")
                #expect(!seen.contains { $0.hasPrefix("DELETE") }, "\(before) \(byte) \(after): \(seen)")
            }
        }
    }
}
