/// Whom and what a request is for (RFC 9112 §3.2, RFC 9110 §7.2).
extension Smuggling {
    static let targets: [Smuggling] = refusedTargets + refusedHosts + otherTargets

    private static let refusedTargets: [Smuggling] = [
        "", "*", "hello", "?x", "//a/../hello", "/../hello", "/./hello", "/hello/..", "/%2e%2e/hello", "/%2E%2E/hello", "/.%2e/hello", "/%2e",
        "/hello%00", "/%0", "/%",
        "/%zz", "/hello#x", "/hello?%", "/hello?%zz", "/he\u{7f}llo", "/h\u{e9}llo", "/hello\u{0}", "/hello\u{b}", "/hello\\..", "/<hello>",
        "/\"hello\"", "/{hello}", "/he|lo", "/he^lo",
        "/he`lo", "a:80", "a", "http:", "http:/", "http://", "http:///hello", "http://?x", "http://a?x", "http:/a/hello", "http//a/hello",
        "http://u@a/hello", "http://u:p@a/hello",
        "http://a:b/hello", "http://a:80:80/hello", "http://[::1/hello", "http://a]/hello", "http://a#/hello", "http://a\\/hello",
        "http://a%zz/hello", "ftp://a/hello", "file:///hello",
        "javascript:hello", "ws://a/hello", "http://:80/hello", "http://a:999999/hello",
    ].map { refused(400, "the target \(escaped($0))", "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n") }

    private static let refusedHosts: [Smuggling] =
        [
            ("no Host", ""),
            ("Host twice alike", "Host: a\r\nHost: a\r\n"),
            ("Host twice unlike", "Host: a\r\nHost: b\r\n"),
            ("Host twice in unlike case", "Host: a\r\nhOST: b\r\n"),
            ("Host twice, one of them empty", "Host: a\r\nHost:\r\n"),
            ("Host on a folded line", "Host: a\r\n b\r\n"),
            ("Host with a space before the colon", "Host : a\r\n"),
            ("Host with a space before the name", "X: y\r\n Host: a\r\n"),
            ("Host with a NUL", "Host: a\u{0}b\r\n"),
        ].map { refused(400, $0.0, "GET /hello HTTP/1.1\r\n\($0.1)\r\n") }
        + [
            "a b", "a,b", "a, b", "a/b", "/a", "u@a", "@a", "a?b", "a#b", "a\\b", "\"a\"", "<a>", "a|b", "{a}", "a^b", "\u{e4}", "a\tb", "http://a",
            "a:b", "a:80:80", "a:+80", "a:-1", "a:80 ,b", "a:8 0", "a:999999", ":80", "a::80", "[::1", "::1", "::1]", "[::1]a", "[::1]80", "[::1]:a",
            "[]", "[a/b]", "[::1]:80:80", "a]", "a[b]", "%zz", "a%", "a%0",
        ].map {
            refused(400, "Host: \(escaped($0))", "GET /hello HTTP/1.1\r\nHost: \($0)\r\n\r\n")
        }

    private static let otherTargets: [Smuggling] = [
        refused(414, "a target without end", "GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\nHost: a\r\n\r\n"),
        refused(431, "a field without end", get("X: \(String(repeating: "a", count: 17_000))")),
        refused(431, "too many fields", get((0..<64).map { "X\($0): y" }.joined(separator: "\r\n"))),
        refused(400, "Host twice in HTTP 1.0", "GET /hello HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
        refused(400, "a Host that is none in HTTP 1.0", "GET /hello HTTP/1.0\r\nHost: a/b\r\n\r\n"),
        answered("the absolute form", "GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n", "200 hello"),
        // RFC 9112 §3.2.2: an origin server must ignore the Host then.
        answered("the absolute form of another host", "GET http://b/hello HTTP/1.1\r\nHost: a\r\n\r\n", "200 hello"),
        refused(400, "the absolute form without a Host", "GET http://a/hello HTTP/1.1\r\n\r\n"),
        answered("an empty Host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n", "200 hello"),
        answered("a Host with a port", "GET /hello HTTP/1.1\r\nHost: a.example:65535\r\n\r\n", "200 hello"),
        answered("a Host with a colon and no port", "GET /hello HTTP/1.1\r\nHost: a:\r\n\r\n", "200 hello"),
        answered("a Host that is an IPv6 address", "GET /hello HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", "200 hello"),
        answered("a Host that is an IPv6 address without a port", "GET /hello HTTP/1.1\r\nHost: [::ffff:1.2.3.4]\r\n\r\n", "200 hello"),
        answered("a Host with an encoded byte", "GET /hello HTTP/1.1\r\nHost: %61_b~c!\r\n\r\n", "200 hello"),
        answered("a line end in the path that is encoded", "GET /hello%0d%0aX:%20y HTTP/1.1\r\nHost: a\r\n\r\n", "404"),
        answered("a path that is a host", "GET //b/hello HTTP/1.1\r\nHost: a\r\n\r\n", "404"),
        answered("a question mark twice", "GET /hello?x?y HTTP/1.1\r\nHost: a\r\n\r\n", "200 hello"),
        answered("Host in capitals", "GET /hello HTTP/1.1\r\nHOST: a\r\n\r\n", "200 hello"),
        answered(
            "forwarding fields change nothing", get("X-Forwarded-Host: b\r\nX-Original-URL: /gone\r\nX-HTTP-Method-Override: DELETE"),
            "200 hello"),
    ]
}
