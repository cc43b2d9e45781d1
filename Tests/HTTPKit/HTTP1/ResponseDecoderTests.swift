import Testing

@testable import HTTPKit

@Suite struct ResponseDecoderTests {
    private static let good: [(String, [String])] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ["200 <ok>"]),
        ("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", ["200 <ok>"]),
        ("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", ["200 <>"]),
        ("HTTP/1.1 404 Nicht da, häh\r\nContent-Length: 0\r\n\r\n", ["404 <>"]),
        ("HTTP/1.1 599 X\r\nContent-Length: 0\r\n\r\n", ["599 <>"]),
        ("HTTP/1.1 204 No Content\r\n\r\n", ["204 <>"]),
        ("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", ["204 <>"]),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\nETag: \"x\"\r\n\r\n", ["304 <>"]),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx", ["201 <x>"]),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\nT: u\r\n\r\n", ["200 <ok!>"]),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", ["200 <ok> closes"]),
        ("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", ["204 <> closes"]),
        ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", ["200 <ok> closes"]),
        ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", ["200 <ok>"]),
    ]

    @Test(arguments: good) func `a good response is read, whole or byte by byte`(_ text: String, _ expected: [String]) {
        #expect(Decoded.responses(text) == expected)
        #expect(Decoded.responses(Array(text.utf8).singly) == expected)
    }

    @Test(arguments: good) func `a response that ends anywhere before its end is cut short`(_ text: String, _: [String]) {
        let bytes = Array(text.utf8)
        for cut in 0..<bytes.count { #expect(Decoded.responses([Array(bytes[..<cut])]) == ["cut short"], "cut at \(cut)") }
    }

    @Test func `without a length the body goes on until the connection ends, which cannot be used again`() {
        let text = "HTTP/1.1 200 OK\r\nX: y\r\n\r\nall of this"
        #expect(Decoded.responses(text) == ["200 <all of this> closes"])
        #expect(Decoded.responses(Array(text.utf8).singly) == ["200 <all of this> closes"])
        #expect(Decoded.responses("HTTP/1.1 200 OK\r\n\r\n") == ["200 <> closes"])
    }

    @Test func `the answer to HEAD has no body whatever its fields say`() {
        #expect(Decoded.responses("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", toHead: true) == ["200 <>"])
        #expect(Decoded.responses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", toHead: true) == ["200 <>"])
        #expect(Decoded.responses("HTTP/1.1 200 OK\r\n\r\n", toHead: true) == ["200 <>"])
    }

    @Test func `chunk extensions are passed over`() {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x;y=\"; z\"\r\na\r\n0 ;z=1\r\n\r\n"
        #expect(Decoded.responses(text) == ["200 <a>"])
        #expect(Decoded.responses(Array(text.utf8).singly) == ["200 <a>"])
    }

    @Test func `bytes behind a response are told, for then the two sides disagree`() {
        #expect(Decoded.responses("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP") == ["200 <x>", "4 left"])
        #expect(Decoded.responses("HTTP/1.1 204 No Content\r\n\r\nbody") == ["204 <>", "4 left"])
    }

    @Test(arguments: [
        "hello\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 X\r\n\r\n",
        "HTTP/1.1 600 X\r\n\r\n",
        "HTTP/1.1 +20 X\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "HTTP/1.1 200OK\r\n\r\n",
        "HTTP/1.1 200 O\u{0}K\r\n\r\n", "HTTP/1.1 200 O\rK\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;=x\r\n",
        "HTTP/1.1 200 OK\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\nX : y\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        "\u{16}\u{3}\u{1}\r\n\r\n",
    ]) func `what is not a response is refused`(_ text: String) {
        #expect(Decoded.responses(text) == ["refused"])
        #expect(Decoded.responses(Array(text.utf8).singly) == ["refused"])
    }

    @Test func `a response has its limits`() {
        var limits = ClientLimits()
        limits.bodyBytesMax = 4
        limits.headBytesMax = 60
        limits.interimResponsesMax = 2
        #expect(Decoded.responses("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd", limits: limits) == ["200 <abcd>"])
        #expect(Decoded.responses("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", limits: limits) == ["refused"])
        #expect(Decoded.responses("HTTP/1.1 200 OK\r\n\r\nabcde", limits: limits) == ["refused"])
        #expect(Decoded.responses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n", limits: limits) == ["refused"])
        #expect(Decoded.responses("HTTP/1.1 200 OK\r\nX: \(String(repeating: "y", count: 60))", limits: limits) == ["refused"])
        let interim = "HTTP/1.1 100 Continue\r\n\r\n"
        #expect(Decoded.responses(interim + interim + "HTTP/1.1 204 X\r\n\r\n", limits: limits) == ["204 <>"])
        #expect(Decoded.responses(interim + interim + interim + "HTTP/1.1 204 X\r\n\r\n", limits: limits) == ["refused"])
    }
}
