import Base
import Testing

@testable import HTTPKit

/// RFC 9112 with no leniency: nothing is repaired, so no two readers of a stream can see different requests in it.
@Suite struct RequestRefusalTests {
    /// The end of what came before it, then a second request that must never be seen.
    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

    private func check(_ text: String, _ statuses: Set<String>, location: SourceLocation = #_sourceLocation) {
        check(Array(text.utf8), statuses, location: location)
    }

    private func check(_ bytes: [UInt8], _ statuses: Set<String>, location: SourceLocation = #_sourceLocation) {
        let whole = Decoded.requests([bytes + Array(Self.smuggled.utf8)])
        #expect(whole.count == 1 && statuses.contains(whole[0]), "\(whole)", sourceLocation: location)
        let singly = Decoded.requests((bytes + Array(Self.smuggled.utf8)).singly)
        #expect(singly.count == 1 && statuses.contains(singly[0]), "byte by byte: \(singly)", sourceLocation: location)
    }

    private func head(_ fields: String) -> String { "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n" }

    @Test(arguments: [
        "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 0\r\nTransfer-Encoding: chunked", "Content-Length: 5\r\ntransfer-encoding:identity",
        "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5\r\ncontent-length: 5",
        "Content-Length: +5", "Content-Length: -5", "Content-Length: 0x5", "Content-Length: 5,5", "Content-Length: 5, 5", "Content-Length: 5 5",
        "Content-Length:", "Content-Length: \t", "Content-Length: 99999999999999999999", "Content-Length: 18446744073709551621",
        "Content-Length: 00000000005", "Content-Length: 5.0", "Content-Length: 5e0", "Content-Length: five", "Content-Length: 5;",
        "Content-Length: \"5\"", "Content-Length: ٥", "Content-Length: 5\u{a0}", "Content-Length : 5", "Content-Length\t: 5", " Content-Length: 5",
        "Content\u{0}-Length: 5", "Content-Length: 5\u{0}", "Content-Length: 5\u{b}",
    ]) func `a body's length is one plain decimal number and never comes with a coding`(_ fields: String) {
        check(head(fields), ["refused 400"])
    }

    @Test(arguments: [
        "chunked, chunked", "chunked,", ",chunked", "chunked, identity", "identity, chunked", "identity", "gzip", "gzip, chunked", "chunked, gzip",
        "deflate", "compress", "x-chunked", "chunkedx", "xchunked", "chunke", "chun ked", "chunked chunked", "chunked;q=1", "chunked; a=b",
        "chunked;",
        "\"chunked\"", "'chunked'", "chunked\u{b}", "\u{b}chunked", "\u{c}chunked", "chunked\u{0}", "\u{0}chunked", "chunked\u{7f}", "chunked\u{a0}",
        "\u{a0}chunked", "\u{ff}chunked", "ｃhunked", "chunKed\u{301}", "[chunked]", "chunked/1", "chunked:", ":chunked", "=chunked", "", " ", "\t\t",
        "cow", "chunked\r\nTransfer-Encoding: chunked", "chunked\r\nTransfer-Encoding: identity", "identity\r\nTransfer-Encoding: chunked",
        "\r\n chunked", "chunked\r\n ", "chunked\r", "chunked\n", "\nchunked", "\r chunked", "chu\u{212a}ed", "trailers", "chunked,,chunked",
    ]) func `the only transfer coding is chunked, alone and once`(_ value: String) {
        check(head("Transfer-Encoding: \(value)") + "0\r\n\r\n", ["refused 400", "refused 501"])
    }

    @Test(arguments: [
        "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked", " Transfer-Encoding: chunked", "\tTransfer-Encoding: chunked",
        "X: y\r\n Transfer-Encoding: chunked", "Transfer-Encoding", "Transfer\u{0}-Encoding: chunked", "Transfer-Encoding\u{b}: chunked", ": chunked",
        "X: a\rTransfer-Encoding: chunked", "X: a\nTransfer-Encoding: chunked", "X: a\n\rTransfer-Encoding: chunked", "Transfer Encoding: chunked",
        "Transfer-Encoding\r: chunked", "\rTransfer-Encoding: chunked", "\"Transfer-Encoding\": chunked", "Transfer-Encodïng: chunked",
    ]) func `a disguised header field is not overlooked`(_ line: String) {
        check(head(line) + "0\r\n\r\n", ["refused 400"])
    }

    @Test func `a transfer coding does not exist in HTTP 1.0`() {
        check("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ["refused 400"])
    }

    @Test(arguments: [
        "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n",
        "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: v\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", "GET /\r\nHost: a\r\n\r\n", "GET\r\n\r\n",
        "GET / a HTTP/1.1\r\nHost: a\r\n\r\n", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", " / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
        "G\"T / HTTP/1.1\r\nHost: a\r\n\r\n",
    ]) func `lines end in CRLF and have their form`(_ text: String) {
        check(text, ["refused 400"])
    }

    @Test func `HTTP 1.1 wants one Host that can be a host`() {
        check("GET / HTTP/1.1\r\n\r\n", ["refused 400"])
        check("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", ["refused 400"])
        check("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", ["refused 400"])
        for host in ["a/b", "u@a", "a b", "a?b", "a#b", "a\\b", "a\"", "<a>", "ä"] {
            check("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n", ["refused 400"])
        }
    }

    @Test(arguments: ["HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/9.9", "HTTP/3.0"]) func `another version is 505`(_ version: String) {
        check("GET / \(version)\r\nHost: a\r\n\r\n", ["refused 505"])
    }

    @Test(arguments: [
        "http/1.1", "HTTP/1.10", "HTTP/1", "HTTP/11", "HTTP/1.", "HTTP/.1", "HTTP/1,1", "HTTP/a.b", "HTTPS/1.1", "HTTP/01.1", "1.1", "", "ICE/1.1",
    ])
    func `what is not a version is 400`(_ version: String) { check("GET / \(version)\r\nHost: a\r\n\r\n", ["refused 400"]) }

    @Test(arguments: ["get", "Get", "CONNECT", "GETT", "GE", "PROPFIND", "PRI", "M-SEARCH", "G!T", "query"]) func `an unknown method is 501`(
        _ method: String
    ) {
        check("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n", ["refused 501"])
    }

    @Test(arguments: ["200-ok", "", "100-continue, x", "100-continue2", "100"]) func `another expectation is 417`(_ value: String) {
        check(head("Expect: \(value)"), ["refused 417"])
    }

    @Test func `an expectation comes once`() { check(head("Expect: 100-continue\r\nExpect: 100-continue"), ["refused 417"]) }

    @Test(arguments: [
        "/../x", "/x/..", "/./x", "/x/.", "/%2e%2e/x", "/%2E./x", "/.%2e", "/%2e", "/a/%2E%2e/b", "/%00", "/a%00b", "/?%00", "/%", "/%2", "/%zz",
        "/%%30",
        "/?%", "/?a=%g0", "*", "x", "x/y", "", "/#f", "/a#", "/a\"b", "/a<b", "/a\\b", "/a^b", "/a`b", "/a{b}", "/a|b", "/é", "//\u{7f}", "http://",
        "http:///x",
        "http:/x", "http://a?x/y", "http://u@a/x", "http://a b/x", "ftp://a/x", "http://?x/", "http://a#/x", "//a/../x", "a:80",
    ]) func `a target is an encoded path without dot segments`(_ target: String) {
        check("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n", ["refused 400"])
    }

    @Test(arguments: [
        "\r\n", "x\r\n", " 1\r\nz\r\n0\r\n\r\n", "1 \r\nz\r\n0\r\n\r\n", "+1\r\nz\r\n0\r\n\r\n", "-1\r\nz\r\n0\r\n\r\n", "0x1\r\nz\r\n0\r\n\r\n",
        "1;a=\r\nz\r\n0\r\n\r\n", "1;\r\nz\r\n0\r\n\r\n", "1 ;a \r\nz\r\n0\r\n\r\n", "1\nz\r\n0\r\n\r\n", "1\r\nz\n0\r\n\r\n", "1\r\nz\r0\r\n\r\n",
        "1\r\nz0\r\n\r\n", "1\r\nzz\r\n0\r\n\r\n", "1\rz\r\n0\r\n\r\n", "000000001\r\nz\r\n0\r\n\r\n", "1_0\r\n", "1\u{0}\r\nz\r\n0\r\n\r\n",
        "1\r\nz\r\n0\n\r\n",
        "1\r\nz\r\n0;x\n\r\n", "0\r\n\n", "0\r\nX: y\n\r\n", "0\r\n X: y\r\n\r\n", "0\r\nX\r\n\r\n", "0\r\nX : y\r\n\r\n", "0\r\nX: \u{0}\r\n\r\n",
        "0\r\n: y\r\n\r\n", "0\r\n\r\r\n", "g\r\n", "1.\r\n",
    ]) func `a chunk has a bare size and CRLF on both ends`(_ body: String) {
        check(head("Transfer-Encoding: chunked") + body, ["refused 400"])
    }

    @Test func `nine hex digits of a chunk's size are too many, even if all could be meant`() {
        check(head("Transfer-Encoding: chunked") + "fffffffff\r\n", ["refused 400"])
        check(head("Transfer-Encoding: chunked") + "ffffffffffffffffffff\r\n", ["refused 400"])
    }

    @Test func `every byte is judged by where it stands`() {
        for byte in UInt8.min...UInt8.max {
            let isAlphanumeric = ASCII.isAlphanumeric(byte)
            let isToken = isAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            func outcome(_ before: String, _ after: String) -> String {
                Decoded.requests([Array(before.utf8) + [byte] + Array(after.utf8)]).first ?? "nothing"
            }
            let name = outcome("GET / HTTP/1.1\r\nHost: a\r\nX", "X: v\r\n\r\n")
            // A colon ends the name: its rest is then the value.
            #expect(name.hasPrefix("GET") == (isToken || byte == UInt8(ascii: ":")), "in a name: \(byte)")
            let value = outcome("GET / HTTP/1.1\r\nHost: a\r\nX: v", "w\r\n\r\n")
            #expect(value.hasPrefix("GET") == (byte == 9 || byte >= 0x20 && byte != 0x7f), "in a value: \(byte)")
            let target = outcome("GET /", " HTTP/1.1\r\nHost: a\r\n\r\n")
            // On its own a percent sign is broken, a dot is a dot segment.
            let isTarget = isAlphanumeric || "-_~:/?[]@!$&'()*+,;=".utf8.contains(byte)
            #expect(target.hasPrefix("GET") == isTarget, "in a target: \(byte)")
            let method = outcome("GE", "T / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(method == (isToken ? "refused 501" : "refused 400"), "in a method: \(byte)")
        }
    }
}
