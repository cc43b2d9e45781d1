import Testing

@testable import HTTPKit

/// Header lists of HTTP/2 that a gateway, or a careless server, would turn into another request (RFC 9113 §8.2-8.3, §10.3).
@Suite struct HTTP2FieldTests {
    /// What becomes of a request whose fields are these.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fields: [(String, String)]
        let content: String?
        let trailers: [(String, String)]?
        /// Nil where the stream is reset.
        let statuses: Set<Int>

        /// - Parameter change: the pseudo fields of a good request, to be spoilt.
        init(
            _ name: String, _ statuses: Set<Int> = [], content: String? = nil, adding more: [(String, String)] = [],
            trailers: [(String, String)]? = nil,
            changing change: (inout [(String, String)]) -> Void = { _ in }
        ) {
            testDescription = name
            var fields = [
                (":method", content == nil ? "GET" : "POST"), (":scheme", "http"), (":authority", "a"),
                (":path", content == nil ? "/hello" : "/echo"),
            ]
            change(&fields)
            self.fields = fields + more
            self.content = content
            self.trailers = trailers
            self.statuses = statuses
        }
    }

    private static func set(_ name: String, _ value: String) -> (inout [(String, String)]) -> Void {
        { fields in fields = fields.map { $0.0 == name ? (name, value) : $0 } }
    }

    private static func without(_ name: String) -> (inout [(String, String)]) -> Void { { $0.removeAll { $0.0 == name } } }

    private static let pseudoFields: [Row] =
        [":method", ":scheme", ":path"].map { Row("without \($0)", changing: without($0)) }
        + [":method", ":scheme", ":path", ":authority"].map { name in
            Row("\(name) twice") { fields in fields.append(contentsOf: fields.filter { $0.0 == name }) }
        }
        + [":method", ":scheme", ":path", ":authority"].map { name in
            Row("\(name) behind a field") { fields in
                let late = fields.filter { $0.0 == name }
                fields.removeAll { $0.0 == name }
                fields += [("x", "y")] + late
            }
        }
        + [":status", ":new", ":protocol", ":Path", ":path ", ":", "::path", ":host"].map { Row("\($0) in a request", adding: [($0, "200")]) }
        + [
            Row("neither :authority nor host", changing: without(":authority")),
            Row("an empty path", changing: set(":path", "")), Row("a path that is none", changing: set(":path", "hello")),
            Row("a path of *", changing: set(":path", "*")),
            Row("a path in the absolute form of another host", changing: set(":path", "http://b/hello")),
            Row("a path with a space", changing: set(":path", "/hello HTTP/1.1")),
            Row("a path with a line end", changing: set(":path", "/hello HTTP/1.1\r\nX: y")),
            Row("a path with a NUL", changing: set(":path", "/hello\0")),
            Row("a path with an encoded NUL", [400], changing: set(":path", "/hello%00")),
            Row("a path with dot segments", [400], changing: set(":path", "/x/../hello")),
            Row("a path with a fragment", [400], changing: set(":path", "/hello#x")), Row("a path with DEL", changing: set(":path", "/he\u{7f}llo")),
            Row("an empty method", changing: set(":method", "")), Row("a method with a space", changing: set(":method", "GET /hello")),
            Row("a method with a line end", changing: set(":method", "GET / HTTP/1.1\r\nX: y")),
            Row("a method in lower case", [501], changing: set(":method", "get")),
            Row("CONNECT with a path", changing: set(":method", "CONNECT")),
            Row("CONNECT", [501]) { $0 = [(":method", "CONNECT"), (":authority", "a:443")] },
            Row("an empty scheme", changing: set(":scheme", "")), Row("a scheme with a path in it", changing: set(":scheme", "http://b/x?")),
            Row("a scheme with a line end", changing: set(":scheme", "http\r\nX: y")),
            Row("an authority with a user", [400], changing: set(":authority", "u@a")),
            Row("an authority with a path", changing: set(":authority", "a/b")),
            Row("an authority with a space", changing: set(":authority", "a b")),
            Row("an authority with a line end", changing: set(":authority", "a\r\nX: y")),
            Row("an authority with two ports", [400], changing: set(":authority", "a:80:80")),
            Row("an authority that is a list", [400], changing: set(":authority", "a,b")),
            Row("an authority without its bracket", [400], changing: set(":authority", "[::1")),
        ]

    private static let fieldNames: [Row] =
        [
            "Upper", "Content-Length", "hOst", "x y", " x", "x ", "x:", "x:y", "", "x\ty", "x\r\ny", "x\ny", "x\ry", "x\0y", "x\u{7f}", "x\u{e9}",
            "x\"y", "x/y", "x(y", "x[y", "x@y", "x,y", "x;y", "x=y", "x{y",
        ].map {
            Row("the name \(Smuggling.escaped($0))", adding: [($0, "1")])
        }

    private static let fieldValues: [Row] =
        [
            "a\r\nb: c", "a\nb", "a\rb", "a\0b", "\r\n", "\0", "a\r\n\r\nDELETE /gone HTTP/1.1\r\nhost: a", "a\u{1}b", "a\u{b}b", "a\u{7f}b",
            "a\u{1b}[2J", " a", "a ", "\ta", "a\t", " ",
        ].map {
            Row("the value \(Smuggling.escaped($0))", adding: [("x", $0)])
        }

    private static let connectionFields: [Row] = [
        ("connection", "close"), ("connection", "x"), ("connection", ""), ("keep-alive", "timeout=5"), ("proxy-connection", "keep-alive"),
        ("transfer-encoding", "chunked"),
        ("transfer-encoding", "identity"), ("transfer-encoding", ""), ("upgrade", "h2c"), ("te", "gzip"), ("te", "chunked"), ("te", "trailers, gzip"),
        ("te", "trailers;q=1"), ("te", ""),
    ].map { Row("\($0.0): \($0.1)", adding: [$0]) }

    private static let lengths: [Row] =
        ["", "x", "+5", "-5", "0x5", "5,5", "5, 5", "5.0", "5e0", "5;", "\u{666}", "99999999999999999999", "18446744073709551621"].map {
            Row("content-length: \($0)", content: "hello", adding: [("content-length", $0)])
        }
        + ["4", "6", "0", "65536"].map { Row("content-length: \($0) of five bytes", content: "hello", adding: [("content-length", $0)]) }
        + [
            Row("content-length and nothing", adding: [("content-length", "5")]),
            Row("content-length twice alike", content: "hello", adding: [("content-length", "5"), ("content-length", "5")]),
            Row("content-length twice unlike", content: "hello", adding: [("content-length", "5"), ("content-length", "0")]),
            Row("content-length that trailers do not reach", content: "hell", adding: [("content-length", "5")], trailers: [("x", "y")]),
            Row("content-length and transfer-encoding", content: "hello", adding: [("content-length", "5"), ("transfer-encoding", "chunked")]),
        ]

    private static let hosts: [Row] = [
        Row("host twice", adding: [("host", "a"), ("host", "a")]),
        Row("host of another than :authority", [400], adding: [("host", "b")]),
        Row("host of another port than :authority", [400], adding: [("host", "a:80")]),
        Row("an empty host beside :authority", adding: [("host", "")]),
        Row("host that is none, alone", adding: [("host", "a/b")], changing: without(":authority")),
    ]

    private static let trailers: [Row] = [
        (":path", "/gone"), (":status", "200"), ("connection", "close"), ("transfer-encoding", "chunked"),
        ("Upper", "y"), ("x", "a\r\nb"), ("x", "a\0b"), ("", "y"),
    ].map {
        Row("the trailer \(Smuggling.escaped($0.0)): \(Smuggling.escaped($0.1))", content: "hello", trailers: [$0])
    }

    private static let good: [Row] = [
        Row("a plain request", [200]), Row("a plain request with content", [200], content: "hello"),
        Row("content-length", [200], content: "hello", adding: [("content-length", "5")]),
        Row("te: trailers", [200], adding: [("te", "trailers")]), Row("host as :authority", [200], adding: [("host", "a")]),
        Row("host as :authority in capitals", [200], adding: [("host", "A")]),
        Row("host in place of :authority", [200], adding: [("host", "a:80")], changing: without(":authority")),
        Row("an address", [200], changing: set(":authority", "[::1]:80")),
        Row("a scheme we do not speak", [200], changing: set(":scheme", "https")), Row("an empty value", [200], adding: [("x", "")]),
        Row("a value beyond ASCII", [200], adding: [("x", "\u{e9}")]),
        Row("trailers", [200], content: "hello", trailers: [("x", "y")]),
        Row("trailers after content-length", [200], content: "hello", adding: [("content-length", "5")], trailers: [("x", "y")]),
        Row("priority", [200], adding: [("priority", "u=1")]),
    ]

    private func check(_ row: Row) async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            client.wire.send(.headers(1, HPACK.block(row.fields), endsStream: row.content == nil))
            if let content = row.content { client.wire.send(.data(1, Array(content.utf8), endsStream: row.trailers == nil)) }
            if let trailers = row.trailers { client.wire.send(.headers(1, HPACK.block(trailers))) }
            let answer = try client.answer(on: 1)
            if row.statuses.isEmpty {
                #expect(answer.resetCode == Frame.Code.protocolError && answer.status == 0, "\(answer)")
            } else {
                #expect(answer.resetCode == nil && row.statuses.contains(answer.status), "\(answer)")
                if row.content != nil, answer.status == 200 { #expect(answer.text == row.content) }
            }
            // Whatever was wrong with it is its own affair.
            client.wire.send(.headers(3, HPACK.request("DELETE", "/gone")))
            #expect(try client.answer(on: 3).status == 204)
            #expect(client.wire.goAways.isEmpty && client.wire.resetCount == (row.statuses.isEmpty ? 1 : 0))
            let handled = server.served.all.filter { !$0.route.isEmpty }
            #expect(handled.filter { $0.method == .delete }.count == 1)
            #expect(handled.count == (row.statuses == [200] ? 2 : 1), "a handler ran: \(handled)")
        }
    }

    @Test(arguments: pseudoFields) func `pseudo fields are there once, first, and what they should be`(_ row: Row) async throws {
        try await check(row)
    }
    @Test(arguments: fieldNames) func `a name is a token in lower case`(_ row: Row) async throws { try await check(row) }
    @Test(arguments: fieldValues) func `a value has no line end, no control character and no space around it`(_ row: Row) async throws {
        try await check(row)
    }
    @Test(arguments: connectionFields) func `there are no fields of the connection`(_ row: Row) async throws { try await check(row) }
    @Test(arguments: lengths) func `content is as long as was said`(_ row: Row) async throws { try await check(row) }
    @Test(arguments: hosts) func `a request is for one host`(_ row: Row) async throws { try await check(row) }
    @Test(arguments: trailers) func `trailers are fields and nothing else`(_ row: Row) async throws { try await check(row) }
    @Test(arguments: good) func `what is right is answered`(_ row: Row) async throws { try await check(row) }
}
