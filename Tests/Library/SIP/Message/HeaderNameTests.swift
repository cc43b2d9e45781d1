import SIP
import Testing

@Suite struct HeaderNameTests {
    @Test(arguments: [
        ("v", "Via"), ("F", "from"), ("t", "TO"), ("i", "Call-ID"), ("m", "Contact"), ("L", "Content-Length"), ("c", "Content-Type"),
        ("e", "Content-Encoding"),
        ("s", "Subject"), ("k", "Supported"), ("o", "Event"), ("u", "Allow-Events"), ("r", "Refer-To"), ("x", "Session-Expires"),
        ("b", "Referred-By"),
        ("a", "Accept-Contact"), ("j", "Reject-Contact"), ("d", "Request-Disposition"), ("y", "Identity"),
    ]) func `header names are the same in compact form`(_ compact: String, _ long: String) throws {
        let short = try #require(SIPHeaderName(compact.utf8))
        #expect(short == SIPHeaderName(long.utf8))
        #expect(text(short.spelling) == compact)
    }

    @Test(arguments: ["", "a b", "a:b", "a\r\n", "é"]) func `header names are tokens`(_ name: String) {
        #expect(SIPHeaderName(name.utf8) == nil)
    }
}
