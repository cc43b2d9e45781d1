import SIP
import Testing

@Suite struct WriterTests {
    private let source = SIPEndpoint(host: .ipv4([192, 0, 2, 99]), port: 5070)
    private let toTag = Array("srv".utf8)

    @Test(arguments: Sample.all) func `the writer writes what the parser read`(_ sample: [UInt8]) throws {
        let message = try SIPParser.parse(datagram: sample)
        let again = try SIPParser.parse(datagram: SIPWriter.bytes(of: message))
        #expect(again.body == message.body)
        #expect(again.headers.fields.dropLast() == message.headers.fields.dropLast())
    }

    @Test func `the writer writes a request of our own so that it reads the same`() throws {
        let core = SIPCoreFields(
            vias: [SIPVia(transport: Array("UDP".utf8), host: .ipv4([192, 0, 2, 1]), port: 5060, branch: Array("z9hG4bKx".utf8))],
            from: SIPAddress(try SIPURI("sip:a@b.example;x=y"), displayName: Array(#"A "b" \ c"#.utf8), tag: Array("1".utf8)),
            to: SIPAddress(try SIPURI("sip:a@b.example")), callID: Array("c".utf8), cSeq: SIPCSeq(1, .register))
        let ours = SIPRequest(requestURI: try SIPURI("sip:b.example"), core: core, headers: [SIPHeader(.maxForwards, "70")], body: Array("x".utf8))
        let read = try request(SIPWriter.bytes(of: ours))
        #expect(read.core == ours.core)
        #expect(read.requestURI == ours.requestURI)
        #expect(read.body == ours.body)
        #expect(try read.headers.contentLength() == 1)
    }

    @Test(arguments: ["a\r\nX: y", "a\nb", "a\rb", "a\0b", "a\\\r\nb", "\r\n", "a\u{7}b"]) func `the writer refuses a value that would end its line`(
        _ value: String
    ) throws {
        let fields = try #require(request(Sample.sippRegister).headFields)
        let smuggler = SIPHeader(.userAgent, Array(value.utf8))
        #expect(throws: SIPWriteError(code: .controlCharacter, header: .userAgent)) {
            try SIPWriter.bytes(of: SIPResponse(200, answering: fields, from: nil, toTag: nil, headers: [smuggler]))
        }
        #expect(throws: SIPWriteError(code: .controlCharacter, header: nil)) {
            try SIPWriter.bytes(of: SIPResponse(200, reason: value, answering: fields, from: nil, toTag: nil))
        }
        #expect(throws: SIPWriteError.self) {
            try SIPWriter.bytes(of: SIPResponse(200, answering: fields, from: nil, toTag: Array(value.utf8)))
        }
        var challenge = DigestChallenge(realm: Array(value.utf8), nonce: [], algorithm: nil)
        challenge.stale = true
        guard !value.contains("\u{7}"), !value.contains("\0") else { return }
        #expect(throws: SIPWriteError.self) {
            try SIPWriter.bytes(
                of: SIPResponse(401, answering: fields, from: nil, toTag: nil, headers: [SIPHeader(.wwwAuthenticate, challenge.bytes)]))
        }
    }

    @Test func `the writer answers with the request's Via, From, To, Call-ID and CSeq`() throws {
        let register = try request(Sample.phoneRegister)
        let fields = try #require(register.headFields)
        let answer = SIPResponse(401, answering: fields, from: source, toTag: toTag, headers: [SIPHeader(.userAgent, "x")])
        let read = try response(SIPWriter.bytes(of: answer))
        let core = try read.core()
        #expect(read.status == 401)
        #expect(text(read.reason) == "Unauthorized")
        #expect(core.callID == register.core.callID)
        #expect(core.cSeq == register.core.cSeq)
        #expect(core.from == register.core.from)
        #expect(core.to.tag == toTag)
        #expect(core.vias.first?.branch == register.topVia?.branch)
        #expect(try read.headers.contentLength() == 0)
    }

    @Test func `the writer tells rport and received to who asked`() throws {
        let fields = try #require(request(Sample.phoneRegister).headFields)
        let via = try #require(try SIPResponse(200, answering: fields, from: source, toTag: toTag).core().vias.first)
        #expect(via.rport == 5070)
        #expect(via.received == Array("192.0.2.99".utf8))
    }

    @Test func `the writer tells received to who sent from another address, and no rport unasked`() throws {
        let fields = try #require(request(Sample.sippRegister).headFields)
        let other = try #require(try SIPResponse(200, answering: fields, from: source, toTag: toTag).core().vias.first)
        #expect(other.received == Array("192.0.2.99".utf8))
        #expect(!other.hasRport)
        let same = SIPEndpoint(host: .ipv4([127, 0, 1, 1]), port: 9)
        let own = try #require(try SIPResponse(200, answering: fields, from: same, toTag: toTag).core().vias.first)
        #expect(own.received == nil)
    }

    @Test func `the writer writes an IPv6 received without brackets and reads it`() throws {
        let fields = try #require(request(Sample.imsRegister).headFields)
        let six = SIPEndpoint(host: try #require(SIPHost(address: "2001:db8::9".utf8)), port: 6)
        let read = try response(SIPWriter.bytes(of: SIPResponse(200, answering: fields, from: six, toTag: toTag)))
        #expect(try read.core().vias.first?.received == Array("2001:db8::9".utf8))
    }

    @Test func `the writer stamps the first of several Vias on one line and keeps the rest`() throws {
        let lines = "Via: SIP/2.0/UDP p.example;branch=z9hG4bKp;rport, SIP/2.0/TCP u.example;branch=z9hG4bKu\nVia: SIP/2.0/TLS last.example"
        let sample = text(Sample.sippRegister).replacing("\r\n", with: "\n")
        let old = "Via: SIP/2.0/UDP 127.0.1.1:5061;branch=z9hG4bK-4711-1-0"
        let fields = try #require(request(wire(sample.replacing(old, with: lines))).headFields)
        let vias = try SIPResponse(200, answering: fields, from: source, toTag: toTag).core().vias
        #expect(
            vias.map { text($0.bytes) } == [
                "SIP/2.0/UDP p.example;branch=z9hG4bKp;rport=5070;received=192.0.2.99", "SIP/2.0/TCP u.example;branch=z9hG4bKu",
                "SIP/2.0/TLS last.example",
            ])
    }

    @Test func `the writer keeps a To tag that is there, and gives 100 none`() throws {
        let tagged = text(Sample.sippRegister).replacing("\r\n", with: "\n")
            .replacing("To: <sip:alice@partner.example>", with: "To: <sip:alice@partner.example>;tag=old")
        let fields = try #require(request(wire(tagged)).headFields)
        #expect(try SIPResponse(200, answering: fields, from: nil, toTag: toTag).core().to.tag == Array("old".utf8))
        let untagged = try #require(request(Sample.sippRegister).headFields)
        #expect(try SIPResponse(100, answering: untagged, from: nil, toTag: nil).core().to.tag == nil)
    }

    @Test func `the writer sends an answer to the source alone, on the port of Via or of the request`() throws {
        let phone = try #require(request(Sample.phoneRegister).topVia)
        #expect(phone.replyEndpoint(source: source) == source)
        let sipp = try #require(request(Sample.sippRegister).topVia)
        #expect(sipp.replyEndpoint(source: source) == SIPEndpoint(host: source.host, port: 5061))
    }

    @Test func `the writer drops a received of the client's own making`() throws {
        var via = SIPVia(transport: Array("UDP".utf8), host: .ipv4([192, 0, 2, 99]), port: nil, branch: Array("z9hG4bKx".utf8))
        via.parameters.set("received", to: Array("203.0.113.1".utf8))
        via.stamp(source: source)
        #expect(via.received == nil)
    }
}
