import Glibc
import Testing

@testable import HTTPKit

/// A server on real sockets, seen by a peer that sends exact bytes.
@Suite struct ServerTests {
    @Test func `a connection is kept and a second request is answered on it`() async throws {
        try await withServer { server in
            let client = try server.connect()
            for _ in 0..<3 {
                client.get("/hello")
                let answer = try client.answer()
                #expect(answer.status == 200 && answer.body == "hello")
                #expect(answer.field("connection") == nil && answer.field("date")?.hasSuffix(" GMT") == true)
            }
            #expect(server.server.connectionCount == 1)
        }
    }

    @Test func `a connection ends after the answer where the client wants it`() async throws {
        try await withServer { server in
            for text in ["GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /hello HTTP/1.0\r\n\r\n"] {
                let client = try server.connect()
                client.send(text)
                #expect(try client.answer().field("Connection") == "close")
                #expect(try client.rest() == "")
            }
        }
    }

    @Test func `an HTTP 1.0 client that asks for it is told that its connection is kept`() async throws {
        try await withServer { server in
            let client = try server.connect()
            for _ in 0..<2 {
                client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(try client.answer().field("Connection") == "keep-alive")
            }
        }
    }

    @Test func `pipelined requests are answered in their order, though the first has to wait`() async throws {
        try await withServer { server in
            let client = try server.connect()
            client.get("/gate/one")
            client.get("/hello")
            client.get("/later/3")
            client.get("/hello")
            await eventually { server.gate.entered == 1 }
            #expect(server.served.all.isEmpty)
            server.gate.open()
            #expect(try (0..<4).map { _ in try client.answer().body } == ["through one", "hello", "after 3", "hello"])
        }
    }

    @Test func `a thousand pipelined requests in one write, waiting and not, are all answered in order`() async throws {
        try await withServer(limits: { $0.pipelinedBytesMax = 1_000 }) { server in
            let client = try server.connect()
            let paths = (0..<1_000).map { $0 % 3 == 0 ? "/later/\($0 % 5)" : "/hello" }
            client.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            for path in paths {
                let expected = path == "/hello" ? "hello" : "after \(path.dropFirst(7))"
                #expect(try client.answer().body == expected)
            }
        }
    }

    @Test func `HEAD has the fields of GET and no body`() async throws {
        try await withServer { server in
            let client = try server.connect()
            client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer(hasBody: false).field("Content-Length") == "5")
            #expect(try client.answer().body == "hello")
        }
    }

    @Test func `204 has neither body nor length`() async throws {
        try await withServer { server in
            let client = try server.connect()
            client.send("DELETE /gone HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            let gone = try client.answer()
            #expect(gone.status == 204 && gone.field("Content-Length") == nil)
            #expect(try client.answer().body == "hello")
        }
    }

    @Test func `who expects 100 Continue gets it before the body is sent`() async throws {
        try await withServer { server in
            let client = try server.connect()
            client.send("PUT /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
            #expect(try client.answer().status == 100)
            client.send("body")
            let answer = try client.answer()
            #expect(answer.status == 200 && answer.body == "body")
        }
    }

    @Test func `who expects 100 Continue for too large a body gets 413 instead`() async throws {
        try await withServer { server in
            let client = try server.connect()
            client.send("PUT /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")
            #expect(try client.answer().status == 413)
            #expect(try client.rest() == "")
        }
    }

    @Test func `a chunked upload is put together, however it is cut`() async throws {
        try await withServer { server in
            let client = try server.connect()
            for piece in [
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", "\r\n4\r", "\nfour\r\n", "3\r\ntwo", "\r\n0\r\n", "\r\n",
            ] {
                client.send(piece)
            }
            #expect(try client.answer().body == "fourtwo")
        }
    }

    @Test(arguments: [
        ("GET /none HTTP/1.1\r\nHost: a\r\n\r\n", 404, true), ("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 405, true),
        ("GET /big/x HTTP/1.1\r\nHost: a\r\n\r\n", 400, true), ("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n", 413, false),
        ("GET /hello HTTP/1.1\r\n\r\n", 400, false), ("GET /hello HTTP/3.0\r\nHost: a\r\n\r\n", 505, false),
        ("BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n", 501, false), ("QUERY /hello HTTP/1.1\r\nHost: a\r\n\r\n", 405, true),
        ("TRACE /hello HTTP/1.1\r\nHost: a\r\n\r\n", 405, true), ("QUERY /none HTTP/1.1\r\nHost: a\r\n\r\n", 404, true),
        ("GET /\(String(repeating: "x", count: 9_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414, false),
        ("GET /hello HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431, false),
        ("GET /hello HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 64))\r\n", 431, false),
        ("PUT /echo HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n", 417, false), ("\u{16}\u{3}\u{1}\r\n\r\n", 400, false),
    ]) func `a problem is answered as such, and what breaks the framing ends the connection`(_ text: String, _ status: Int, _ keeps: Bool)
        async throws
    {
        try await withServer { server in
            let client = try server.connect()
            client.send(text)
            let answer = try client.answer()
            #expect(answer.status == status)
            #expect(answer.field("Content-Type") == "application/problem+json")
            #expect(answer.body.contains("\"status\":\(status)"))
            #expect((answer.field("Connection") == "close") == !keeps)
            client.get("/hello")
            if keeps { #expect(try client.answer().body == "hello") } else { #expect(try client.rest() == "") }
        }
    }

    @Test func `a refusal reaches a client that goes on sending`() async throws {
        try await withServer { server in
            let client = try server.connect()
            client.send("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
            client.send([UInt8](repeating: 0, count: 1_000_000))
            #expect(try client.answer().status == 413)
            await eventually { server.server.connectionCount == 0 }
        }
    }

    @Test func `a client that has closed its sending side still gets all its answers`() async throws {
        try await withServer(limits: { $0.unsentBytesMax = 20_000_000 }) { server in
            let client = try RawClient(server.address, receiveBufferBytes: 8_192)
            client.get("/gate/half")
            client.get("/big/9000000")
            client.get("/hello")
            client.endSending()
            await eventually { server.gate.entered == 1 }
            server.gate.open()
            #expect(try client.answer().body == "through half")
            // Much more than the kernel takes at once, so that the end of the client's side is seen while bytes wait.
            var answer = try client.rest()
            #expect(answer.utf8.count > 9_000_000)
            #expect(answer.hasSuffix("hello"))
            answer = ""
            await eventually { server.server.connectionCount == 0 }
        }
    }

    @Test func `a Unix socket serves too, and the path of a process that was killed does not stop the next`() async throws {
        let path = "/tmp/httpkit-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock"
        let address = try SocketAddress(unixPath: path)
        // What a killed process leaves: bound, and nobody there.
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #expect(address.withSockaddr { bind(dead, $0, $1) } == 0)
        close(dead)
        try await withServer(loopCount: 2, at: address) { server in
            let client = try server.connect()
            client.get("/hello")
            #expect(try client.answer().body == "hello")
            let group = server.group
            let second = Server(on: group, router: Router())
            await #expect(throws: SystemError.self) { try await second.listen(at: address) }
            client.get("/hello")
            #expect(try client.answer().body == "hello")
        }
        #expect(access(path, F_OK) != 0)
    }

    @Test func `a file that is no socket is not taken away for one`() async throws {
        let path = "/tmp/httpkit-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).txt"
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        defer { unlink(path) }
        await #expect(throws: SystemError.self) { try await withServer(at: SocketAddress(unixPath: path)) { _ in } }
        #expect(access(path, F_OK) == 0)
    }

    @Test(arguments: [1, 2]) func `a second server on the same port is told that it is taken`(_ loopCount: Int) async throws {
        try await withServer(loopCount: loopCount) { first in
            await #expect(throws: SystemError.self) { try await withServer(loopCount: loopCount, at: first.address) { _ in } }
        }
    }

    @Test func `two loops share a port and both answer`() async throws {
        try await withServer(loopCount: 2) { server in
            for _ in 0..<20 {
                let client = try server.connect()
                client.get("/hello")
                #expect(try client.answer().body == "hello")
            }
        }
    }

    @Test func `what was served is told by pattern, not by path`() async throws {
        try await withServer { server in
            let client = try server.connect()
            client.get("/later/2")
            client.get("/nothing")
            #expect(try client.answer().status == 200)
            #expect(try client.answer().status == 404)
            await eventually { server.served.all.count == 2 }
            #expect(server.served.all.map(\.route) == ["/later/{turns}", ""])
            #expect(server.served.all.map(\.status) == [.ok, .notFound])
        }
    }
}
