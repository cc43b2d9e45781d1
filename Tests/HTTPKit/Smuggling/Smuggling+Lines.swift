/// Lines and what is in them (RFC 9112 §2-3, §5): CRLF ends a line and nothing else does.
extension Smuggling {
    static let lines: [Smuggling] = refusedLines + otherVersions + otherMethods + expectations + connections

    private static let refusedLines: [Smuggling] = [
        ("a bare LF after the request line", "GET /hello HTTP/1.1\nHost: a\r\n\r\n"),
        ("a bare LF after a field", "GET /hello HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
        ("a bare LF as the empty line", "GET /hello HTTP/1.1\r\nHost: a\r\n\n"),
        ("nothing but bare LFs", "GET /hello HTTP/1.1\nHost: a\n\n"),
        ("a bare LF before the request line", "\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("three empty lines before the request line", "\r\n\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a bare CR before the request line", "\rGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a bare CR after the request line", "GET /hello HTTP/1.1\rHost: a\r\n\r\n"),
        ("a bare CR after a field", "GET /hello HTTP/1.1\r\nHost: a\rX: y\r\n\r\n"),
        ("a bare CR in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n"),
        ("two CRs before the LF of the request line", "GET /hello HTTP/1.1\r\r\nHost: a\r\n\r\n"),
        ("two CRs before the LF of a field", "GET /hello HTTP/1.1\r\nHost: a\r\r\n\r\n"),
        ("two CRs before the LF of the empty line", "GET /hello HTTP/1.1\r\nHost: a\r\n\r\r\n"),
        ("LF before CR", "GET /hello HTTP/1.1\n\rHost: a\n\r\n\r"),
        ("a folded value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n"),
        ("a value folded by a tab", "GET /hello HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n\r\n"),
        ("a fold in place of the first field", "GET /hello HTTP/1.1\r\n Host: a\r\n\r\n"),
        ("a fold of nothing but a space", "GET /hello HTTP/1.1\r\nHost: a\r\n \r\n\r\n"),
        ("a folded Host", "GET /hello HTTP/1.1\r\nHost:\r\n a\r\n\r\n"),
        ("a space before a colon", "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n"),
        ("a field without a colon", "GET /hello HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
        ("a field without a name (CVE-2023-25725)", "GET /hello HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n"),
        ("a NUL in a name", "GET /hello HTTP/1.1\r\nHost: a\r\nX\u{0}: y\r\n\r\n"),
        ("a NUL in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: y\u{0}z\r\n\r\n"),
        ("a NUL in the target", "GET /hello\u{0} HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a NUL in the method", "GET\u{0} /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a NUL in the version", "GET /hello HTTP/1.1\u{0}\r\nHost: a\r\n\r\n"),
        ("a control character in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: \u{1}\r\n\r\n"),
        ("a DEL in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: \u{7f}\r\n\r\n"),
        ("an escape in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: \u{1b}[2J\r\n\r\n"),
        ("a name beyond ASCII", "GET /hello HTTP/1.1\r\nHost: a\r\nX\u{e4}: y\r\n\r\n"),
        ("two spaces after the method", "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("two spaces after the target", "GET /hello  HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a space before the method", " GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a space after the version", "GET /hello HTTP/1.1 \r\nHost: a\r\n\r\n"),
        ("tabs between the parts", "GET\t/hello\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a vertical tab between the parts", "GET\u{b}/hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("four parts", "GET /hello /gone HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a version twice", "GET /hello HTTP/1.1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("no version, with fields", "GET /hello\r\nHost: a\r\n\r\n"),
        ("HTTP 0.9", "GET /hello\r\n"),
        ("HTTP 0.9 with a space", "GET /hello \r\n"),
        ("a method and nothing else", "GET\r\n\r\n"),
        ("no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("an answer in place of a request", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ("a field in place of the request line", "Host: a\r\nGET /hello HTTP/1.1\r\n\r\n"),
        ("a ClientHello", "\u{16}\u{3}\u{1}\u{0}\u{5}\u{1}\u{0}\u{0}\u{1}\u{0}\r\n\r\n"),
        ("a byte order mark", "\u{ef}\u{bb}\u{bf}GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
    ].map { refused(400, $0.0, $0.1) }

    private static let otherVersions: [Smuggling] =
        ["HTTP/0.9", "HTTP/1.2", "HTTP/1.9", "HTTP/2.0", "HTTP/3.0", "HTTP/9.9"].map { refused(505, $0, "GET /hello \($0)\r\nHost: a\r\n\r\n") }
        + [
            "http/1.1", "Http/1.1", "HTTP/1.10", "HTTP/1.01", "HTTP/01.1", "HTTP/1", "HTTP/1.", "HTTP/11", "HTTP/1,1", "HTTP/+1.1", "HTTP/1.1x",
            "HTTP /1.1", "HTTP//1.1", "HTTPS/1.1", "HTTP1.1", "H2/1.1",
        ].map {
            refused(400, "the version \($0)", "GET /hello \($0)\r\nHost: a\r\n\r\n")
        }

    private static let otherMethods: [Smuggling] =
        [
            "get", "Get", "gET", "GETT", "GE", "GPOST", "XGET", "PROPFIND", "_GET",
            "G3T",
        ].map { refused(501, "the method \($0)", "\($0) /hello HTTP/1.1\r\nHost: a\r\n\r\n") }
        + [
            refused(501, "CONNECT to a path", "CONNECT /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
            refused(501, "CONNECT to a host", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
            refused(400, "a method in quotes", "\"GET\" /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
            refused(400, "a method with a colon", "GET: /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
            refused(400, "a method with a slash", "GET/ /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
        ]

    private static let expectations: [Smuggling] =
        [
            "y 100-continue", "100-continue, 100-continue", "100-continue, x", "100-continue;q=1", "100-Continued", "x", "", "200-ok",
            "100-continue\r\nExpect: 100-continue", "100-continue\r\nExpect: x",
        ].map {
            refused(417, "Expect: \(escaped($0))", post("Expect: \($0)\r\nContent-Length: 6", "hidden"))
        } + [
            refused(400, "Expect with a line end", post("Expect: \n100-continue\r\nContent-Length: 6", "hidden")),
            refused(400, "Expect with a vertical tab", post("Expect: \u{b}100-continue\r\nContent-Length: 6", "hidden")),
            answered("Expect and a body that is there", post("Expect: 100-continue\r\nContent-Length: \(inner.utf8.count)", inner), "200 \(inner)"),
            answered(
                "Expect and chunks that are there", post("Expect: 100-Continue\r\nTransfer-Encoding: chunked", "6\r\nhidden\r\n0\r\n\r\n"),
                "200 hidden"),
            answered("Expect and no body", get("Expect: 100-continue"), "200 hello"),
            answered("Expect and a GET with a body", get("Expect: 100-continue\r\nContent-Length: \(inner.utf8.count)") + inner, "200 hello"),
            answered(
                "Expect in HTTP 1.0", "POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 6\r\n\r\nhidden", "200 hidden",
                closes: true),
        ]

    private static let connections: [Smuggling] = [
        answered("two empty lines before a request", "\r\n\r\n" + get("X: y"), "200 hello"),
        answered("two empty lines between requests", post("Content-Length: 6", "hidden") + "\r\n\r\n" + get("X: y"), "200 hidden", "200 hello"),
        answered("an empty line before a request", "\r\n" + get("X: y"), "200 hello"),
        answered("an empty line between requests", post("Content-Length: 6", "hidden") + "\r\n" + get("X: y"), "200 hidden", "200 hello"),
        answered(
            "h2c is not upgraded to", get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"),
            "200 hello"),
        answered("h2c is not upgraded to by a body", post("Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 6", "hidden"), "200 hidden"),
        answered("nothing else is upgraded to", get("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAA"), "200 hello"),
        answered(
            "the preface of HTTP/2 behind a request", get("Connection: Upgrade\r\nUpgrade: h2c") + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "200 hello", "505", closes: true),
        answered("Connection that names Host", get("Connection: Host"), "200 hello"),
        answered("Connection that names what was not sent", get("Connection: X-Forwarded-For, Authorization"), "200 hello"),
        answered("Connection of nothing", get("Connection: ,"), "200 hello"),
        answered("close in the second Connection", get("Connection: keep-alive\r\nConnection: close"), "200 hello", closes: true),
        answered("close in capitals", get("Connection: CLOSE"), "200 hello", closes: true),
        answered("HTTP 1.0 that is kept and closed", "GET /hello HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", "200 hello", closes: true),
        answered("HTTP 1.0 that says nothing", "GET /hello HTTP/1.0\r\n\r\n", "200 hello", closes: true),
    ]
}
