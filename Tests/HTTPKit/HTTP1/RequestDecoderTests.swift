import Testing

@testable import HTTPKit

/// What is taken. `RequestRefusalTests` has what is not.
@Suite struct RequestDecoderTests {
    private static let good: [(String, [String])] = [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", ["GET / Host=a; <>"]),
        ("GET /a/b?x=1&y HTTP/1.1\r\nHost: a:80\r\nX:\t v w \t\r\n\r\n", ["GET /a/b ?x=1&y Host=a:80; X=v w; <>"]),
        ("GET /? HTTP/1.1\r\nHost:\r\n\r\n", ["GET / ? Host=; <>"]),
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", ["GET / Host=a; <>"]),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", ["GET / Host=a; <>"]),
        ("GET / HTTP/1.0\r\n\r\n", ["GET / <> closes"]),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", ["GET / Connection=Keep-Alive; <>"]),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", ["GET / Host=a; Connection=x, Close; <> closes"]),
        ("GET http://a.example:8080/p?q HTTP/1.1\r\nHost: b\r\n\r\n", ["GET /p ?q Host=b; <>"]),
        ("GET HTTPS://a.example HTTP/1.1\r\nHost: b\r\n\r\n", ["GET / Host=b; <>"]),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", ["OPTIONS * Host=a; <>"]),
        ("GET /a%2Fb/%25/... HTTP/1.1\r\nHost: a\r\n\r\n", ["GET /a%2Fb/%25/... Host=a; <>"]),
        ("GET /..;/a HTTP/1.1\r\nHost: a\r\n\r\n", ["GET /..;/a Host=a; <>"]),
        ("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", ["PUT /x Host=a; Content-Length=3; <abc>"]),
        ("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0000000003\r\n\r\nabc", ["PUT /x Host=a; Content-Length=0000000003; <abc>"]),
        ("GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", ["GET /x Host=a; Content-Length=2; <hi>"]),
        ("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", ["POST /x Host=a; Content-Length=0; <>"]),
        (
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0A\r\n0123456789\r\n00000000\r\n\r\n",
            ["POST /x Host=a; Transfer-Encoding=Chunked; <abc0123456789>"]
        ),
        ("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ["POST /x Host=a; Transfer-Encoding=chunked; <>"]),
        (
            "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\nContent-Length: 9\r\nT: u\r\n\r\n",
            ["POST /x Host=a; Transfer-Encoding=chunked; <z>"]
        ),
        (
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
            ["GET /1 Host=a; <>", "POST /2 Host=a; Content-Length=2; <ok>", "GET /3 Host=a; <>"]
        ),
        (
            "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
            ["POST /1 Host=a; Transfer-Encoding=chunked; <z>", "GET /2 Host=a; <>"]
        ),
    ]

    @Test(arguments: good) func `a good request is read, whole or byte by byte`(_ text: String, _ expected: [String]) {
        #expect(Decoded.requests(text) == expected)
        #expect(Decoded.requests(Array(text.utf8).singly) == expected)
    }

    @Test(arguments: good) func `a request cut in two anywhere is read the same`(_ text: String, _ expected: [String]) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            #expect(Decoded.requests([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "cut at \(cut)")
        }
    }

    @Test(arguments: good) func `a request that stops anywhere is not a request yet`(_ text: String, _ expected: [String]) {
        let bytes = Array(text.utf8)
        for cut in 0..<bytes.count {
            let events = Decoded.requests([Array(bytes[..<cut])])
            #expect(events.count < expected.count && events == Array(expected.prefix(events.count)), "cut at \(cut)")
        }
    }

    @Test func `a peer that waits for 100 Continue is told so once, and only while its body is missing`() {
        let head = "PUT /x HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"
        let request = "PUT /x Host=a; Expect=100-Continue; Content-Length=2; <ok>"
        #expect(Decoded.requests([Array(head.utf8), Array("ok".utf8)]) == ["continue", request])
        #expect(Decoded.requests(head + "ok") == [request])
        let empty = "PUT /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n"
        #expect(Decoded.requests(empty) == ["PUT /x Host=a; Expect=100-continue; Content-Length=0; <>"])
    }

    @Test func `HTTP 1.0 knows no expectation`() {
        let text = "PUT /x HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        #expect(Decoded.requests([Array(text.utf8), Array("ok".utf8)]) == ["PUT /x Expect=100-continue; Content-Length=2; <ok> closes"])
    }

    @Test func `the stage of a request is none, head or body`() throws {
        var decoder = RequestDecoder(limits: ServerLimits())
        func feed(_ text: String) throws {
            try Array(text.utf8).withUnsafeBytes {
                var input = $0
                _ = try decoder.next(&input)
            }
        }
        #expect(decoder.stage == .none)
        try feed("POST / HTTP/1.1\r\n")
        #expect(decoder.stage == .head)
        try feed("Host: a\r\nContent-Length: 2\r\n\r\n")
        #expect(decoder.stage == .body)
        try feed("o")
        #expect(decoder.stage == .body)
        try feed("k")
        #expect(decoder.stage == .none)
    }

    @Test func `bytes at a limit are taken, and one more is refused`() {
        var limits = ServerLimits()
        limits.requestLineBytesMax = 40
        limits.headBytesMax = 100
        limits.fieldCountMax = 3
        limits.bodyBytesMax = 8
        func status(_ text: String) -> String {
            let whole = Decoded.requests(text, limits: limits).last ?? "nothing"
            #expect(Decoded.requests(Array(text.utf8).singly, limits: limits).last == whole)
            return whole.hasPrefix("refused") ? whole : "taken"
        }
        let start = "GET / HTTP/1.1\r\nHost: a\r\n"
        #expect(status("GET /\(String(repeating: "p", count: 26)) HTTP/1.1\r\nHost: a\r\n\r\n") == "taken")
        #expect(status("GET /\(String(repeating: "p", count: 27)) HTTP/1.1\r\nHost: a\r\n\r\n") == "refused 414")
        #expect(status("GET /\(String(repeating: "p", count: 20_000))") == "refused 414")
        #expect(status(start + "X: \(String(repeating: "v", count: 70))\r\n\r\n") == "taken")
        #expect(status(start + "X: \(String(repeating: "v", count: 90))\r\n\r\n") == "refused 431")
        #expect(status(start + "X: \(String(repeating: "v", count: 90))") == "refused 431")
        #expect(status(start + "A: 1\r\nB: 2\r\n\r\n") == "taken")
        #expect(status(start + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n") == "refused 431")
        #expect(status(start + "Content-Length: 8\r\n\r\n12345678") == "taken")
        #expect(status(start + "Content-Length: 9\r\n\r\n") == "refused 413")
        #expect(status(start + "Content-Length: 9999999999\r\n\r\n") == "refused 413")
        #expect(status(start + "Transfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n0\r\n\r\n") == "taken")
        #expect(status(start + "Transfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n5\r\n") == "refused 413")
        #expect(status(start + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n") == "refused 413")
        #expect(status(start + "Transfer-Encoding: chunked\r\n\r\n0\r\nT: \(String(repeating: "v", count: 100))") == "refused 431")
    }
}
