import SIP
import Support
import Testing

@Suite(.enabled(if: TortureMessages.areThere, Comment(rawValue: TortureMessages.missing)))
struct TortureTests {
    @Test func `the torture messages are all forty-nine here`() {
        #expect(Set(TortureVectors.all.map(\.name)).count == 49)
    }

    @Test(arguments: TortureVectors.all) func `the torture messages get their verdict`(_ vector: TortureVectors.Vector) throws {
        let bytes = try TortureMessages.bytes(vector.name)
        let verdict: TortureVectors.Verdict
        let fault = fault(bytes)
        if let fault { verdict = .refused(fault.code, answerable: fault.answerable != nil) } else { verdict = .accepted }
        #expect(verdict == vector.verdict, "\(fault?.description ?? "accepted")")
    }

    @Test(arguments: TortureVectors.all) func `the torture messages can be answered where the RFC wants an answer`(_ vector: TortureVectors.Vector)
        throws
    {
        guard let fault = fault(try TortureMessages.bytes(vector.name)), let fields = fault.answerable else { return }
        let status = String(fault.suggestedStatus)
        #expect(vector.wanted.hasPrefix(status))
        let answer = SIPResponse(fault.suggestedStatus, answering: fields, from: Self.source, toTag: Array("t".utf8))
        #expect(text(try SIPWriter.bytes(of: answer)).hasPrefix("SIP/2.0 \(status) "))
    }

    private static let source = SIPEndpoint(host: .ipv4([192, 0, 2, 99]), port: 5070)

    @Test(arguments: TortureVectors.all.filter { $0.verdict == .accepted }) func `the torture messages read the same again once written`(
        _ vector: TortureVectors.Vector
    )
        throws
    {
        let first = try SIPParser.parse(datagram: try TortureMessages.bytes(vector.name))
        let again = try SIPParser.parse(datagram: try SIPWriter.bytes(of: first))
        #expect(again.body == first.body)
        let unframed = { (headers: SIPHeaders) in headers.fields.filter { $0.name != .contentLength } }
        #expect(unframed(again.headers) == unframed(first.headers))
    }

    @Test(arguments: TortureVectors.all) func `the torture messages are refused in order when cut anywhere`(_ vector: TortureVectors.Vector) throws {
        let bytes = try TortureMessages.bytes(vector.name)
        for count in 0..<bytes.count { _ = fault(Array(bytes.prefix(count))) }
    }

    @Test func `wsinv: white space, folding and empty values`() throws {
        let invite = try request(TortureMessages.bytes("wsinv"))
        #expect(invite.core.to.tag == Array("1918181833n".utf8))
        #expect(invite.core.to.uri.text == Array("sip:vivekg@chair-dnrc.example.com".utf8))
        #expect(invite.core.from.displayName == Array(#"J Rosenberg \""#.utf8))
        #expect(invite.core.from.tag == Array("98asjd8".utf8))
        #expect(try invite.headers.maxForwards() == 68)
        #expect(invite.core.cSeq == SIPCSeq(9, .invite))
        #expect(
            invite.core.vias.map { text($0.bytes) } == [
                "SIP/2.0/UDP 192.0.2.2;branch=390skdjuw",
                "SIP/2.0/TCP spindle.example.com;branch=z9hG4bK9ikj8",
                "SIP/2.0/UDP 192.168.255.111;branch=z9hG4bK30239",
            ])
        #expect(invite.headers.first(try #require(SIPHeaderName(Array("Subject".utf8)))) == [])
        #expect(
            invite.headers.first(try #require(SIPHeaderName(Array("NewFangledHeader".utf8)))).map(text)
                == "newfangled value continued newfangled value")
        let route = try invite.headers.addresses(.route)
        #expect(route.first?.uri.parameter("unknown-no-value")?.value == nil)
        #expect(route.first?.uri.parameter("unknownwith")?.value == Array("value".utf8))
        let contact = try #require(try contactList(invite.headers).first)
        #expect(contact.address.displayName == Array(#"Quoted string """#.utf8))
        #expect(contact.address.parameters.value("newparam") == Array("newvalue".utf8))
        #expect(contact.address.parameters.has("secondparam"))
        #expect(contact.qThousandths == 330)
        #expect(invite.body.count == 150)
    }

    @Test func `intmeth: strange tokens are kept byte for byte`() throws {
        let strange = try request(TortureMessages.bytes("intmeth"))
        #expect(strange.method == SIPMethod(Array("!interesting-Method0123456789_*+`.%indeed'~".utf8)))
        #expect(strange.requestURI.user == Array("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*".utf8))
        #expect(strange.requestURI.password == Array("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)".utf8))
        #expect(strange.core.to.displayName == Array("BEL:\u{7} NUL:\0 DEL:\u{7f}".utf8))
        #expect(strange.core.from.displayName == Array("token1~` token2'+_ token3*%!.-".utf8))
        #expect(strange.core.from.tag == Array("_token~1'+`*%!-.".utf8))
        #expect(try strange.headers.maxForwards() == 255)
    }

    @Test func `esc01: escapes in user, host part and parameters`() throws {
        let invite = try request(TortureMessages.bytes("esc01"))
        #expect(invite.requestURI.user == Array("sips%3Auser%40example.com".utf8))
        #expect(text(invite.requestURI.canonicalAddressOfRecord) == "sip:sips%3Auser%40example.com@example.net")
        #expect(text(invite.core.to.uri.canonicalAddressOfRecord) == "sip:user@example.com")
        #expect(text(invite.core.from.uri.canonicalAddressOfRecord) == "sip:I%20have%20spaces@example.net")
        let contact = try #require(try contactList(invite.headers).first)
        #expect(contact.uri.isEquivalent(to: try SIPURI("sip:caller@host5.example.net;lr;name=value%2541")))
    }

    @Test func `escnull: users that differ by a NUL stay apart`() throws {
        let register = try request(TortureMessages.bytes("escnull"))
        #expect(text(register.core.to.uri.canonicalAddressOfRecord) == "sip:null-%00-null@example.com")
        let contacts = try contactList(register.headers)
        #expect(contacts.count == 2)
        #expect(!contacts[0].uri.isEquivalent(to: contacts[1].uri))
    }

    @Test func `esc02: a percent sign that is no escape stays`() throws {
        let strange = try request(TortureMessages.bytes("esc02"))
        #expect(strange.method != .register)
        #expect(strange.core.to.displayName == Array("%Z%45".utf8))
        #expect(try contactList(strange.headers).map { text($0.uri.text) } == ["sip:alias1@host1.example.com", "sip:alias3@host3.example.com"])
    }

    @Test func `lwsdisp and longreq: display names`() throws {
        #expect(try request(TortureMessages.bytes("lwsdisp")).core.from.displayName == Array("caller".utf8))
        let long = try request(TortureMessages.bytes("longreq"))
        #expect(long.core.vias.count == 34)
        #expect(long.core.vias.last?.received == Array("192.0.2.5".utf8))
        #expect(long.core.to.uri.port == 6000)
    }

    @Test func `dblreq: a stream has two messages and the datagram one`() throws {
        let bytes = try TortureMessages.bytes("dblreq")
        #expect(try request(bytes).method == .register)
        var framer = SIPStreamFramer()
        framer.append(bytes)
        guard case .message(let first) = try framer.next() else { throw NotThat(what: "a message") }
        #expect(try request(first).method == .register)
        guard case .message(let second) = try framer.next() else { throw NotThat(what: "a message") }
        #expect(try request(second).method == .invite)
    }

    @Test func `semiuri and transports: users with parameters, transports of all kinds`() throws {
        #expect(try request(TortureMessages.bytes("semiuri")).requestURI.user == Array("user;par=u%40example.net".utf8))
        let options = try request(TortureMessages.bytes("transports"))
        #expect(options.core.vias.map { text($0.transport) } == ["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"])
    }

    @Test func `mpart01, unreason and noreason: bodies and reasons are bytes`() throws {
        #expect(try request(TortureMessages.bytes("mpart01")).body.count == 553)
        #expect(text(try response(TortureMessages.bytes("unreason")).reason).hasPrefix("= 2**3 * 5**2 но сто"))
        #expect(try response(TortureMessages.bytes("noreason")).reason.isEmpty)
    }

    @Test func `scalar02: broken expirations count as an hour`() throws {
        let bytes = try TortureMessages.bytes("scalar02")
        let fixed = wire(text(bytes).replacing("\r\n", with: "\n").replacing("36893488147419103232", with: "1"))
        let register = try request(fixed)
        #expect(try register.headers.expires() == 3600)
        #expect(try contactList(register.headers).first?.expires == 3600)
    }

    @Test func `regbadct, regescrt: headers in a Contact need brackets`() throws {
        let bad = try request(TortureMessages.bytes("regbadct"))
        #expect(throws: SIPParseError(.badHeaderValue, "", at: .uri)) { try bad.headers.contacts() }
        let contact = try #require(try contactList(request(TortureMessages.bytes("regescrt")).headers).first)
        #expect(contact.uri.headers.first?.name == Array("Route".utf8))
        #expect(contact.uri.headers.first?.value == Array("%3Csip:sip.example.com%3E".utf8))
    }

    @Test func `baddn: with its empty line, the display names are what is refused`() throws {
        let complete = try TortureMessages.bytes("baddn") + [0x0d, 0x0a]
        #expect(fault(complete)?.code == .badURI)
        #expect(fault(complete)?.answerable != nil)
    }

    @Test func `badbranch, inv2543: without a unique branch the fields name the transaction`() throws {
        let bare = try request(TortureMessages.bytes("badbranch"))
        #expect(bare.topVia?.hasUniqueBranch == false)
        let old = try request(TortureMessages.bytes("inv2543"))
        #expect(old.topVia?.branch == nil)
        #expect(try old.headers.maxForwards() == nil)
        #expect(ServerTransactionKey(bare) != ServerTransactionKey(old))
    }

    @Test func `bext01: the request asks for 420 and says which extensions`() throws {
        let options = try request(TortureMessages.bytes("bext01"))
        #expect(try options.unsupportedExtensions(beyond: ["path"]).count == 2)
        #expect(try options.unsupportedExtensions(beyond: ["nothingsupportsthis"]).map(text) == ["nothingSupportsThisEither"])
    }

    @Test func `regaut01: a scheme nobody knows is nobody's credentials`() throws {
        #expect(try request(TortureMessages.bytes("regaut01")).headers.authorizations().isEmpty)
    }

    @Test func `zeromf: the last receiver answers, a proxy does not forward`() throws {
        let options = try request(TortureMessages.bytes("zeromf"))
        #expect(throws: SIPParseError(.tooManyHops, "", at: .uri)) { try options.checkHops() }
    }

    @Test func `cparam01 and cparam02: brackets decide whose parameter it is`() throws {
        let ofContact = try #require(try contactList(request(TortureMessages.bytes("cparam01")).headers).first)
        #expect(ofContact.address.parameters.has("unknownparam"))
        #expect(ofContact.uri.parameters.isEmpty)
        let ofURI = try #require(try contactList(request(TortureMessages.bytes("cparam02")).headers).first)
        #expect(ofURI.address.parameters.list.isEmpty)
        #expect(ofURI.uri.parameter("unknownparam") != nil)
    }

    @Test func `unksm2: URIs of other schemes stay whole`() throws {
        let register = try request(TortureMessages.bytes("unksm2"))
        #expect(register.core.to.uri.scheme == .other(Array("isbn".utf8)))
        #expect(text(register.core.from.uri.text) == "http://www.example.com")
    }
}
