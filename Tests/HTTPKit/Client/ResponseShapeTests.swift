import Testing

@testable import HTTPKit

/// Responses that two readers could take for different ones, and those without a bound: none of them is taken.
@Suite struct ResponseShapeTests {
    private static let ok = "HTTP/1.1 200 OK\r\n"

    /// The connection ends with each, and the next request has a good one.
    private func expectRefusal(of text: String, limits: (inout ClientLimits) -> Void = { _ in }) async throws {
        let server = try RawServer { connection in
            connection.readRequest()
            guard connection.number == 1 else { return _ = connection.answer("good") }
            connection.send(text)
            connection.readToEnd()
        }
        try await withClient(of: server, limits: limits) { laboratory in
            #expect(await laboratory.ask().error == .of(.invalidResponse, maybeProcessed: true))
            #expect(await laboratory.ask().text == "good")
        }
    }

    @Test(arguments: [
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "Content-Length: 3, 4\r\n\r\nabcd", "Content-Length: +3\r\n\r\nabc",
        "Content-Length: -1\r\n\r\n",
        "Content-Length: 0x3\r\n\r\nabc", "Content-Length: 99999999999999999999\r\n\r\n", "Content-Length:\r\n\r\n", "Content-Length : 3\r\n\r\nabc",
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding:\u{b}chunked\r\n\r\n0\r\n\r\n",
    ]) func `of two lengths, or none that is certain, neither is believed`(_ rest: String) async throws {
        try await expectRefusal(of: Self.ok + rest)
    }

    @Test(arguments: [
        "g\r\nx\r\n", "-1\r\nx\r\n", "0x1\r\nx\r\n", "1\nx\r\n", "1 \r\nx\r\n", "1\r\nxy\r\n", "1\r\nx\n", "11111111111111111\r\n", "\r\n",
        "1;\r\r\nx\r\n",
    ]) func `a chunk that is not well formed ends the response`(_ chunks: String) async throws {
        try await expectRefusal(of: Self.ok + "Transfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n")
    }

    @Test(arguments: [
        "A: b\r\n c\r\n\r\n", "A b\r\n\r\n", ": b\r\n\r\n", "A\0: b\r\n\r\n", "A: b\rc\r\n\r\n", "A: b\nContent-Length: 0\r\n\r\n", " A: b\r\n\r\n",
    ])
    func `field lines that are folded or malformed are refused`(_ rest: String) async throws { try await expectRefusal(of: Self.ok + rest) }

    @Test(arguments: [
        "A: \(String(repeating: "x", count: 400))\r\n\r\n", String(repeating: "A: b\r\n", count: 9) + "\r\n", String(repeating: "x", count: 400),
        "Content-Length: 65\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n41\r\n",
        "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: "1\r\nx\r\n", count: 65),
        "Transfer-Encoding: chunked\r\n\r\n0\r\n" + String(repeating: "A: bcdefgh\r\n", count: 40),
        "Transfer-Encoding: chunked\r\n\r\n1;" + String(repeating: "x", count: 5_000),
    ]) func `what is beyond a limit is refused before it is read`(_ rest: String) async throws {
        try await expectRefusal(of: Self.ok + rest) { ($0.headBytesMax, $0.fieldCountMax, $0.bodyBytesMax) = (300, 8, 64) }
    }

    @Test func `a client passes over so many interim responses and no more, and never changes its protocol`() async throws {
        let interim = "HTTP/1.1 103 Early Hints\r\n\r\n"
        try await expectRefusal(of: String(repeating: interim, count: 9) + Self.ok + "Content-Length: 0\r\n\r\n")
        try await expectRefusal(of: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n")
        let server = try RawServer { connection in
            connection.readRequest()
            connection.send(String(repeating: interim, count: 8))
            connection.answer("good")
        }
        try await withClient(of: server) { #expect(await $0.ask().text == "good") }
    }
}
