import SIP
import Testing

@Suite struct ParserTests {
    private static let lines = [
        "REGISTER sip:b.example SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa", "From: <sip:a@b.example>;tag=1", "To: <sip:a@b.example>",
        "Call-ID: c", "CSeq: 1 REGISTER",
    ]

    private func message(_ lines: [String], _ more: String...) -> [UInt8] { wire((lines + more + ["", ""]).joined(separator: "\n")) }

    @Test(arguments: Sample.all) func `the parser never traps on a message cut anywhere`(_ sample: [UInt8]) throws {
        for count in 0..<sample.count {
            let fault = fault(Array(sample.prefix(count)))
            #expect(fault != nil, "cut at \(count)")
            guard let fields = fault?.answerable else { continue }
            _ = SIPResponse(400, answering: fields, from: SIPEndpoint(host: .ipv4([192, 0, 2, 1]), port: 1), toTag: [0x74])
        }
    }

    @Test(arguments: Sample.all) func `the parser never traps on any byte turned into any other`(_ sample: [UInt8]) {
        var bytes = sample
        var accepted = 0
        // The bytes that have a meaning in the grammar. A test below puts all 256 bytes at each place of a smaller message.
        let values: [UInt8] = [0, 10, 13, 32, 34, 44, 58, 59, 60, 62, 92, 255]
        for index in bytes.indices {
            let original = bytes[index]
            for value in values + [original ^ 1] {
                bytes[index] = value
                accepted += readEverything(bytes) ? 1 : 0
            }
            bytes[index] = original
        }
        #expect(accepted > 0)
    }

    @Test func `the parser never traps on each of the 256 values at each place of a small REGISTER`() {
        var bytes = wire(
            "REGISTER sip:b SIP/2.0\nv:SIP/2.0/UDP h;branch=z9hG4bKa\nf:<sip:a@b>;tag=1\nt:A <sip:a@b>\ni:c\nCSeq:1 REGISTER\nm:*\nl:0\n\n")
        for index in bytes.indices {
            let original = bytes[index]
            for value in UInt8.min...UInt8.max {
                bytes[index] = value
                _ = readEverything(bytes)
            }
            bytes[index] = original
        }
        #expect(readEverything(bytes))
    }

    /// Reads the message and all its typed fields, and writes it again.
    private func readEverything(_ bytes: [UInt8]) -> Bool {
        guard case .request(let request)? = try? SIPParser.parse(datagram: bytes) else { return false }
        let headers = request.headers
        _ = (try? headers.contacts(), try? headers.authorizations(), try? headers.expires(), try? headers.maxForwards(), try? headers.sessionID())
        _ = (try? headers.addresses(.path), try? headers.tokens(.supported), try? headers.tokens(.require))
        _ = (request.requestURI.canonicalAddressOfRecord, request.core.to.uri.isEquivalent(to: request.core.from.uri), ServerTransactionKey(request))
        return (try? SIPWriter.bytes(of: request)) != nil
    }

    @Test(arguments: ["", "\n\n", "\n\n\n\n"]) func `the parser calls line ends alone a keep-alive`(_ text: String) {
        #expect(fault(wire(text))?.code == .empty)
    }

    @Test func `the parser skips line ends before the start line`() throws {
        #expect(try request(wire("\n\n") + Sample.sippRegister) == request(Sample.sippRegister))
    }

    @Test func `the parser takes the body up to Content-Length and drops the rest`() throws {
        let register = try request(message(Self.lines, "Content-Length: 3") + Array("abcdef".utf8))
        #expect(register.body == Array("abc".utf8))
        #expect(try request(message(Self.lines) + Array("abcdef".utf8)).body.count == 6)
    }

    @Test(arguments: ["4", "99999999999999999999", "-1", "+3", "3 3", "3,3", "0x3", "", "3\nl: 3", "3\nContent-Length: 4"])
    func `the parser refuses a Content-Length that is not the body's`(_ length: String) {
        #expect(fault(message(Self.lines, "Content-Length: \(length)") + Array("abc".utf8)) != nil)
    }

    @Test(arguments: 1...5) func `the parser names the core field that is missing, and stays silent`(_ index: Int) throws {
        var lines = Self.lines
        let name = try #require(SIPHeaderName(lines.remove(at: index).prefix { $0 != ":" }.utf8))
        let fault = fault(message(lines))
        #expect(fault?.code == .missingHeader)
        #expect(fault?.place == .header(name, offset: 0))
        #expect(fault?.answerable == nil)
    }

    @Test(arguments: 2...5) func `the parser refuses a core field that comes twice, and can answer`(_ index: Int) {
        let fault = fault(message(Self.lines, Self.lines[index]))
        #expect(fault?.code == .duplicateHeader)
        #expect(fault?.answerable != nil)
    }

    @Test(arguments: [
        "To: <sip:a@b.example>;tag=\"x\"", "To: <sip:a@b.example>;tag", "To: <sip:a@b.example>>", "To: <<sip:a@b.example>>",
        "To: <sip:a@b.example> x",
        "To: <sip:a@b.example>, <sip:c@d.example>", "To: a@b.example", "To: \"x\" sip:a@b.example", "To: <sip:a@b.example", "To:",
        "To: <sip:a@b.example>;tag=1;TAG=2", "To: \"a\\\u{e9}\" <sip:a@b.example>",
    ]) func `the parser refuses a To that is not one`(_ line: String) {
        var lines = Self.lines
        lines[3] = line
        #expect(fault(message(lines))?.answerable != nil)
    }

    @Test(arguments: [
        "Via: SIP/2.0/UDP", "Via: SIP/3.0/UDP h", "Via: SIP/2.0 h", "Via: HTTP/2.0/UDP h", "Via: SIP/2.0/UDP h:", "Via: SIP/2.0/UDP h:65536",
        "Via: SIP/2.0/UDP h;branch=", "Via: SIP/2.0/UDP h;", "Via: SIP/2.0/UDP h,", "Via: SIP/2.0/UDP h;rport=x", "Via: SIP/2.0/UDP h;a=1;a=2",
        "Via: SIP/2.0/UDP 1.2.3.4.5", "Via: SIP/2.0/UDP [::1", "Via: SIP/2.0/UDP[::1]", "Via:",
    ]) func `the parser refuses a Via that is not one`(_ line: String) {
        var lines = Self.lines
        lines[1] = line
        #expect(fault(message(lines)) != nil)
    }

    @Test(arguments: ["CSeq: 2147483648 REGISTER", "CSeq: -1 REGISTER", "CSeq: 1", "CSeq: 1REGISTER", "CSeq: 1 register", "CSeq: 1 REGISTER x"])
    func `the parser refuses a CSeq that is not one`(_ line: String) {
        var lines = Self.lines
        lines[5] = line
        #expect(fault(message(lines)) != nil)
    }

    @Test(arguments: [
        ("X: a\rb", SIPParseError.Code.badLineEnding), ("X: a\u{0}b", .controlCharacter), ("X: a\u{b}b", .controlCharacter),
        ("no colon", .badHeaderLine),
        (": no name", .badHeaderLine), ("two words: x", .badHeaderLine), ("X\u{e9}: x", .badHeaderLine),
    ]) func `the parser refuses a line that could hide another, and can answer`(_ line: String, _ code: SIPParseError.Code) {
        let fault = fault(message(Self.lines, line))
        #expect(fault?.code == code)
        #expect(fault?.answerable != nil)
    }

    @Test func `the parser refuses bare line feeds as line ends`() {
        #expect(fault(message(Self.lines).filter { $0 != 0x0d })?.code == .badLineEnding)
        #expect(fault(message(Self.lines, "X: a")) == nil)
    }

    @Test(arguments: [
        ("REGISTER sip:b.example SIP/3.0", 505), ("REGISTER http://b.example SIP/2.0", 416), ("REGISTER sip:b.example", 400),
        ("REGISTER  sip:b SIP/2.0", 400),
        ("REG(ISTER sip:b.example SIP/2.0", 400), ("REGISTER sip: SIP/2.0", 400), ("REGISTER sip:b.example HTTP/1.1", 400),
        ("REGISTER sip:b.example SIP/2.0 ", 400),
        ("REGISTER sip:b.example SIP/2.", 400), ("REGISTER sip:b.example SIP/2.0.0", 400),
    ]) func `the parser gives a broken start line its status`(_ line: String, _ status: Int) {
        var lines = Self.lines
        lines[0] = line
        let fault = fault(message(lines))
        #expect(fault?.suggestedStatus == status)
        #expect(fault?.place == .startLine)
        #expect(fault?.answerable != nil)
    }

    @Test(arguments: ["SIP/2.0 200", "SIP/2.0 99 x", "SIP/2.0 700 x", "SIP/2.0 0200 x", "SIP/2.0  200 x", "SIP/3.0 200 OK", "SIP/2.0 +20 OK"])
    func `the parser refuses a broken status line and answers nothing`(_ line: String) {
        var lines = Self.lines
        lines[0] = line
        #expect(fault(message(lines)) != nil)
        #expect(fault(message(lines))?.answerable == nil)
    }

    @Test func `the parser never wants an ACK answered`() {
        var lines = Self.lines
        lines[0] = "ACK sip:b.example SIP/2.0"
        #expect(fault(message(lines))?.code == .methodMismatch)
        #expect(fault(message(lines))?.answerable == nil)
    }

    @Test(arguments: [
        ("tel:+12015550123"), ("sip:b.example;lr"), ("sips:b.example"),
    ]) func `the parser takes sip, sips and tel Request-URIs`(_ uri: String) throws {
        var lines = Self.lines
        lines[0] = "REGISTER \(uri) SIP/2.0"
        #expect(text(try request(message(lines)).requestURI.text) == uri)
    }
}
