import SIP
import Testing

@Suite struct TransactionKeyTests {
    private func key(_ change: (String) -> String) throws -> ServerTransactionKey {
        ServerTransactionKey(try request(wire(change(text(Sample.sippRegister).replacing("\r\n", with: "\n")))))
    }

    @Test func `the server's transaction key is the same for a retransmission and another for another branch, sender or method`() throws {
        let original = try key { $0 }
        #expect(try key { $0 } == original)
        #expect(try key { $0.replacing("-1-0", with: "-1-1") } != original)
        #expect(try key { $0.replacing("127.0.1.1:5061;branch", with: "127.0.1.1:5062;branch") } != original)
        #expect(try key { $0.replacing("127.0.1.1:5061;branch", with: "127.0.1.2:5061;branch") } != original)
        #expect(try key { $0.replacing("REGISTER sip", with: "OPTIONS sip").replacing("1 REGISTER", with: "1 OPTIONS") } != original)
    }

    @Test(arguments: ["Call-ID: 2-", "Call-ID: 1-x", "i: 1x-", "Call-ID: "])
    func `the same branch and sent-by with another Call-ID is another request`(
        prefix: String
    ) throws {
        let original = try key { $0 }
        #expect(try key { $0.replacing("Call-ID: 1-", with: prefix) } != original)
        #expect(try key { $0.replacing("Call-ID: 1-", with: "i: 1-") } == original)
    }

    @Test func `the server's transaction key goes by the fields where the branch is not unique`() throws {
        let old = { (text: String) in text.replacing("branch=z9hG4bK-4711-1-0", with: "branch=1") }
        let original = try key(old)
        #expect(try key(old) == original)
        #expect(try key { old($0).replacing("Call-ID: 1-", with: "Call-ID: 2-") } != original)
        #expect(try key { old($0).replacing("CSeq: 1", with: "CSeq: 2") } != original)
        #expect(try key { old($0).replacing("tag=1", with: "tag=2") } != original)
    }

    @Test func `the server's transaction key is the INVITE's for its ACK, and is found from its CANCEL`() throws {
        let as_ = { (method: String) in
            { (text: String) in text.replacing("REGISTER sip", with: "\(method) sip").replacing("1 REGISTER", with: "1 \(method)") }
        }
        let invite = try key(as_("INVITE"))
        #expect(try key(as_("ACK")) == invite)
        #expect(try key(as_("CANCEL")) != invite)
        let cancel = try request(wire(as_("CANCEL")(text(Sample.sippRegister).replacing("\r\n", with: "\n"))))
        #expect(ServerTransactionKey.key(of: cancel, as: .invite) == invite)
    }
}
