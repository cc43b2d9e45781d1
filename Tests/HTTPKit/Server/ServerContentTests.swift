import Base
import Testing

@testable import HTTPKit

/// Content that is not what it seems, and requests that are refused: what is answered, and what is counted.
@Suite struct ServerContentTests {
    private func status(_ method: String, _ fields: String, _ body: String = "ab") async throws -> (status: Int, accepted: String?) {
        var outcome: (Int, String?) = (0, nil)
        try await withServer { server in
            let client = try server.connect()
            client.send("\(method) /echo HTTP/1.1\r\nHost: a\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            let answer = try client.answer()
            outcome = (answer.status, answer.field("Accept-Encoding"))
            client.get("/hello")
            #expect(try client.answer().body == "hello")
        }
        return outcome
    }

    @Test(arguments: ["gzip", "x-gzip", "deflate", "br", "zstd", "identity, gzip", "gzip, identity", "aws-chunked", "identity;q=1"])
    func `content in a coding is refused, and the answer says what is taken`(_ coding: String) async throws {
        for method in ["POST", "PUT"] {
            #expect(try await status(method, "Content-Encoding: \(coding)\r\n") == (415, "identity"))
        }
        #expect(try await status("POST", "Content-Encoding: identity\r\nContent-Encoding: \(coding)\r\n").status == 415)
    }

    @Test(arguments: ["identity", "Identity", "", "identity, identity", ","]) func `no coding at all is taken`(_ coding: String) async throws {
        #expect(try await status("POST", "Content-Encoding: \(coding)\r\n") == (200, nil))
    }

    @Test func `without content there is nothing in a coding`() async throws {
        #expect(try await status("POST", "Content-Encoding: gzip\r\n", "").status == 200)
    }

    @Test(arguments: ["bytes 0-1/4", "bytes 0-1/*", "bytes */4", "x", ""]) func `a part is never put for the whole`(_ range: String) async throws {
        for body in ["ab", ""] { #expect(try await status("PUT", "Content-Range: \(range)\r\n", body).status == 400) }
        #expect(try await status("POST", "Content-Range: \(range)\r\n").status == 200)
    }

    @Test func `the same over HTTP 2`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.post(1, "/echo", [1], [("content-encoding", "gzip")])
            let refused = try client.answer(on: 1)
            #expect(refused.status == 415 && refused.field("accept-encoding") == "identity")
            client.wire.send(.headers(3, HPACK.request("PUT", "/echo", [("content-range", "bytes 0-0/2")]), endsStream: false), .data(3, [1]))
            #expect(try client.answer(on: 3).status == 400)
            client.post(5, "/echo", [1], [("content-encoding", "identity")])
            #expect(try client.answer(on: 5).status == 200)
        }
    }

    // MARK: counting

    @Test(arguments: [
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n", HTTPKit.Method.post, 413),
        ("PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", .put, 400),
        ("DELETE /gone HTTP/1.1\r\n\r\n", .delete, 400), ("PATCH /\(String(repeating: "x", count: 8_000)) HTTP/1.1\r\n", .patch, 414),
        ("BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", nil, 501), ("\0\0\r\n\r\n", nil, 400), ("\r\n\r\nPUT / HTTP/3.0\r\nHost: a\r\n\r\n", .put, 505),
    ]) func `a refused request is counted under its own method`(_ text: String, method: HTTPKit.Method?, status: Int) async throws {
        for pieces in [[Array(text.utf8)], [Array(text.utf8.prefix(10)), Array(text.utf8.dropFirst(10))]] {
            try await withServer { server in
                let client = try server.connect()
                client.get("/hello")
                _ = try client.answer()
                for piece in pieces { client.send(piece) }
                #expect(try client.answer().status == status)
                await eventually { server.served.all.count == 2 }
                #expect(server.served.all.last?.method == method && server.served.all.last?.status.code == status)
            }
        }
    }

    @Test func `the time of a refused request runs from its first byte`() async throws {
        try await withServer(limits: { ($0.headTime, $0.bodyTime) = (.milliseconds(60), .milliseconds(60)) }) { server in
            for text in ["POST /e", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"] {
                let before = server.served.all.count
                let client = try server.connect()
                client.send(text)
                #expect(try client.answer().status == 408)
                await eventually { server.served.all.count == before + 1 }
                let served = try #require(server.served.all.last)
                #expect(served.method == .post && served.duration >= .milliseconds(50))
            }
        }
    }

    @Test func `a request refused over HTTP 2 is counted under its own method and time`() async throws {
        try await withServer(limits: { $0.bodyTime = .milliseconds(60) }) { server in
            let client = try server.connectHTTP2()
            client.wire.send(.headers(1, HPACK.request("PUT", "/echo"), endsStream: false))
            #expect(try client.answer(on: 1).status == 408)
            client.wire.send(.headers(3, HPACK.request("BREW", "/pot")))
            #expect(try client.answer(on: 3).status == 501)
            await eventually { server.served.all.count == 2 }
            #expect(server.served.all.map(\.method) == [.put, nil])
            #expect(try #require(server.served.all.first).duration >= .milliseconds(50))
        }
    }

    // MARK: lines

    @Test func `a request line of 8,000 octets is taken, and one more is too long`() async throws {
        try await withServer { server in
            for (count, status) in [(8_000, 404), (8_001, 414)] {
                let client = try server.connect()
                client.get("/" + String(repeating: "x", count: count - "GET / HTTP/1.1".utf8.count))
                #expect(try client.answer().status == status)
            }
        }
    }

    @Test(arguments: ["", "P", "PRI", "PRI * HTTP/2.0\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0"])
    func `a beginning that does not go on is given up in the time of a head`(_ text: String) async throws {
        try await withServer(limits: { ($0.headTime, $0.idleTime) = (.milliseconds(60), .seconds(100)) }) { server in
            let client = try server.connect()
            let start = Instant.now
            client.send(text)
            _ = try client.rest()
            #expect(.milliseconds(50)...(.seconds(5)) ~= .now - start)
            await eventually { server.server.connectionCount == 0 }
        }
    }
}
