import SIP
import Testing

@Suite struct ParserLimitTests {
    private func refusal(_ change: (inout SIPLimits) -> Void, _ bytes: [UInt8] = Sample.phoneRegister) -> SIPParseError.Code? {
        var limits = SIPLimits()
        change(&limits)
        return fault(bytes, limits: limits)?.code
    }

    @Test func `the parser's limits each have an error of their own`() {
        #expect(refusal { $0.messageBytesMax = 400 } == .messageTooLong)
        #expect(refusal { $0.headBytesMax = 400 } == .headTooLong)
        #expect(refusal { $0.lineBytesMax = 40 } == .lineTooLong)
        #expect(refusal { $0.headerFieldsMax = 5 } == .tooManyHeaders)
        #expect(refusal { $0.viasMax = 0 } == .tooManyValues)
        #expect(refusal { $0.parametersMax = 1 } == .tooManyParameters)
        #expect(refusal { $0.uriBytesMax = 10 } == .badURI)
        #expect(refusal { _ in } == nil)
    }

    @Test func `the parser's limits let exactly as much through as they say`() {
        #expect(refusal { $0.messageBytesMax = Sample.phoneRegister.count } == nil)
        #expect(refusal { $0.headBytesMax = Sample.phoneRegister.count - 4 } == nil)
        #expect(refusal { $0.headBytesMax = Sample.phoneRegister.count - 5 } == .headTooLong)
        #expect(refusal { $0.viasMax = 1 } == nil)
    }

    @Test func `the parser's limits bound the Contacts of one message`() throws {
        var limits = SIPLimits()
        limits.contactsMax = 1
        guard case .request(let register) = try SIPParser.parse(datagram: Sample.phoneRegister, limits: limits) else { return }
        #expect(throws: SIPParseError(.tooManyValues, "", at: .uri)) { try register.headers.contacts() }
    }

    @Test func `the parser's limits bound continuation lines too`() {
        let folded = String(repeating: "\n x", count: 5_000)
        #expect(refusal({ _ in }, wire("REGISTER sip:b SIP/2.0\nX: \(folded)\n\n")) == .lineTooLong)
    }
}
