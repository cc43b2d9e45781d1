@testable import SIP

/// SIP messages: what is parsed is written and parsed back the same, every typed reader bears it, and what is refused can be answered.
enum SIPMessageFuzzer {
    static func run(_ input: [UInt8]) {
        do {
            check(try SIPParser.parse(datagram: input))
        } catch {
            if let answerable = error.answerable { checkAnswer(400, answerable) }
        }
    }

    static func check(_ message: SIPMessage) {
        let written = mustNotThrow("what was parsed can be written") { try SIPWriter.bytes(of: message) }
        let again = mustNotThrow("what was written can be parsed") { try SIPParser.parse(datagram: written) }
        require(again.body == message.body, "the body is read back")
        require(fields(again) == fields(message), "the fields are read back")
        require(mustNotThrow("it can be written again") { try SIPWriter.bytes(of: again) } == written, "writing settles at once")
        readAll(message.headers)
        switch message {
        case .request(let request): check(request)
        case .response(let response): _ = mustNotThrow("a response has its core") { try response.core() }
        }
    }

    private static func fields(_ message: SIPMessage) -> [SIPHeader] { message.headers.fields.filter { $0.name != .contentLength } }

    private static func check(_ request: SIPRequest) {
        require(ServerTransactionKey(request) == ServerTransactionKey(request), "a request is its own retransmission")
        _ = ServerTransactionKey.key(of: request, as: .invite)
        _ = try? request.unsupportedExtensions(beyond: ["path"])
        _ = try? request.checkHops()
        require(request.requestURI.isEquivalent(to: request.requestURI), "a URI is equivalent to itself")
        check(request.requestURI)
        if let answerable = request.headFields { checkAnswer(200, answerable) }
    }

    private static let source = SIPEndpoint(host: .ipv4([192, 0, 2, 1]), port: 5_060)

    /// Whatever is answered, the answer can be written; whether it can be parsed depends on what the request held.
    private static func checkAnswer(_ status: Int, _ fields: SIPRequestHeadFields) {
        let response = SIPResponse(status, answering: fields, from: source, toTag: Array("t".utf8))
        let written = mustNotThrow("an answer can be written") { try SIPWriter.bytes(of: response) }
        let parsed = try? SIPParser.parse(datagram: written)
        require(parsed != nil || status != 200, "the answer to a good request is a good response")
    }

    /// What is understood of a value is written as a value that is understood the same.
    private static func readAll(_ headers: SIPHeaders) {
        roundTrip(headers, .via, { try $0.vias() }, \.bytes)
        roundTrip(headers, .from, { [try $0.from()] }, \.bytes)
        roundTrip(headers, .to, { [try $0.to()] }, \.bytes)
        roundTrip(headers, .cSeq, { [try $0.cSeq()] }, \.bytes)
        roundTrip(headers, .contact, { headers in if case .list(let list) = try headers.contacts() { list } else { [] } }, \.bytes)
        roundTrip(headers, .authorization, { try $0.authorizations() }, \.bytes)
        roundTrip(headers, .wwwAuthenticate, { try $0.challenges() }, \.bytes)
        roundTrip(headers, .sessionID, { [try $0.sessionID()].compactMap { $0 } }, \.bytes)
        roundTrip(headers, .event, { [try $0.event()].compactMap { $0 } }, \.bytes)
        for name in [SIPHeaderName.path, .serviceRoute, .route, .recordRoute, .pAssociatedURI, .pAssertedIdentity] {
            roundTrip(headers, name, { try $0.addresses(name) }, \.bytes)
        }
        for name in [SIPHeaderName.require, .supported, .proxyRequire, .allow] { roundTrip(headers, name, { try $0.tokens(name) }, \.self) }
        _ = try? headers.expires()
        _ = try? headers.minExpires()
        _ = try? headers.maxForwards()
        _ = try? headers.accepts("application", "reginfo+xml")
        if case .list(let contacts)? = try? headers.contacts() { for contact in contacts { check(contact) } }
    }

    private static func roundTrip<Value: Equatable>(
        _ headers: SIPHeaders, _ name: SIPHeaderName, _ read: (SIPHeaders) throws -> [Value], _ write: (Value) -> [UInt8]
    ) {
        guard let values = try? read(headers), !values.isEmpty else { return }
        let written = SIPHeaders(values.map { SIPHeader(name, write($0)) })
        require(written.fields.allSatisfy { $0.value.isFieldText }, "a value that is written can stand in a field: \(written)")
        let again = mustNotThrow("a value that is written can be read: \(written)") { try read(written) }
        require(again == values, "a value is read back: \(again) and \(values)")
    }

    private static func check(_ contact: SIPContact) {
        require(0...1_000 ~= contact.qThousandths ?? 0, "a preference is at most one")
        _ = contact.expires
        check(contact.uri)
    }

    static func check(_ uri: SIPURI) {
        require(mustNotThrow("a URI can be read again") { try SIPURI(uri.text) } == uri, "a URI is read back")
        let key = uri.canonicalAddressOfRecord
        guard uri.isSIP else { return }
        let again = mustNotThrow("a canonical address is a URI: \(String(decoding: key, as: UTF8.self))") { try SIPURI(key) }
        require(again.canonicalAddressOfRecord == key, "a canonical address is its own form: \(String(decoding: key, as: UTF8.self))")
    }
}
