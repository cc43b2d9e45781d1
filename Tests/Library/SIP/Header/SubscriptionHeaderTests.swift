import SIP
import Testing

/// The header fields of subscriptions (RFC 6665 §8.2, RFC 3261 §20.1).
@Suite struct SubscriptionHeaderTests {
    private func headers(_ name: SIPHeaderName, _ values: String...) -> SIPHeaders { SIPHeaders(values.map { SIPHeader(name, $0) }) }

    @Test(arguments: [("reg", "reg", nil), ("reg;id=7", "reg", "7"), ("presence.winfo ; x=y;ID=a", "presence.winfo", "a"), ("REG", "REG", nil)])
    func `Event has a package and may have an id`(value: String, package: String, id: String?) throws {
        let event = try #require(try headers(.event, value).event())
        #expect(event.package == Array(package.utf8) && event.id == id.map { Array($0.utf8) })
        #expect(event == SIPEvent(Array(package.utf8), id: id.map { Array($0.utf8) }))
        #expect(event.bytes == Array((package + (id.map { ";id=\($0)" } ?? "")).utf8))
    }

    @Test(arguments: ["", "reg presence", "reg;id=\"a b\"", "reg;id=1;id=2", "a/b", ";id=1"]) func `other text is no Event`(value: String) {
        #expect(throws: SIPParseError.self) { try headers(.event, value).event() }
    }

    @Test func `there is one Event, in either form`() throws {
        #expect(throws: SIPParseError.self) { try headers(.event, "reg", "reg").event() }
        let compact = try #require(SIPHeaderName("o".utf8))
        #expect(try SIPHeaders([SIPHeader(compact, "reg")]).event() == SIPEvent(Array("reg".utf8)))
        #expect(SIPHeaderName("u".utf8) == .allowEvents && SIPHeaderName("c".utf8) == .contentType)
    }

    @Test(arguments: [
        ("application/reginfo+xml", true), ("Application / ReginFo+XML;q=0.1", true), ("*/*", true), ("application/*", true),
        ("text/plain, application/reginfo+xml", true), ("*/*;q=0, application/reginfo+xml", true), ("application/*;q=0, */*", false),
        ("application/reginfo+xml;q=0", false), ("application/reginfo+xml;q=0.000, */*", false), ("text/plain", false),
        ("application/pidf+xml", false), ("application/reginfo", false), ("", false),
    ]) func `Accept lets the most precise range decide`(value: String, isAccepted: Bool) throws {
        #expect(try headers(.accept, value).accepts("application", "reginfo+xml") == isAccepted)
    }

    @Test func `without Accept nothing is said`() throws { #expect(try SIPHeaders().accepts("application", "reginfo+xml") == nil) }

    @Test(arguments: ["application", "application/", "/xml", "application/xml;q=2", "application/xml;q", "a/b c/d"])
    func `other text is no Accept`(value: String) {
        #expect(throws: SIPParseError.self) { try headers(.accept, value).accepts("application", "reginfo+xml") }
    }
}
