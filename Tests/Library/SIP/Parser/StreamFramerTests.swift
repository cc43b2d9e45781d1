import SIP
import Testing

@Suite struct StreamFramerTests {
    private static let stream = wire("\n\n") + Sample.sippRegister + wire("\n\n\n") + Sample.phoneRegister + Sample.imsRegister + wire("\n\n")

    private static let expected: [SIPStreamFramer.Event] = [
        .ping, .message(Sample.sippRegister), .ping, .message(Sample.phoneRegister), .message(Sample.imsRegister), .ping,
    ]

    private func events(_ bytes: [UInt8], chunk: Int) throws -> [SIPStreamFramer.Event] {
        var framer = SIPStreamFramer()
        var events: [SIPStreamFramer.Event] = []
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            framer.append(bytes[start..<min(start + chunk, bytes.count)])
            while let event = try framer.next() { events.append(event) }
        }
        #expect(framer.pendingBytes == 0)
        return events
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 64, 1000, 100_000]) func `the stream framer finds the same messages however the bytes come`(_ chunk: Int)
        throws
    {
        #expect(try events(Self.stream, chunk: chunk) == Self.expected)
    }

    @Test func `the stream framer does not count a single line end as a ping`() throws {
        #expect(try events(wire("\n") + Sample.sippRegister, chunk: 1) == [.message(Sample.sippRegister)])
    }

    private func fault(_ text: String, limits: SIPLimits = .standard) -> SIPParseError? {
        var framer = SIPStreamFramer(limits: limits)
        framer.append(wire(text))
        do {
            _ = try framer.next()
            return nil
        } catch {
            return error
        }
    }

    private static let head = """
        REGISTER sip:b.example SIP/2.0
        Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKa
        From: <sip:a@b.example>;tag=1
        To: <sip:a@b.example>
        Call-ID: c
        CSeq: 1 REGISTER

        """

    @Test func `the stream framer refuses a message without a Content-Length and lets it be answered`() {
        let refused = fault(Self.head + "\n")
        #expect(refused?.code == .missingHeader)
        #expect(refused?.answerable?.callID == Array("c".utf8))
    }

    @Test func `the stream framer refuses two Content-Lengths, negative ones and too great ones`() {
        #expect(fault(Self.head + "Content-Length: 1\nl: 1\n\n")?.code == .duplicateHeader)
        #expect(fault(Self.head + "Content-Length: -1\n\n")?.code == .badHeaderValue)
        #expect(fault(Self.head + "Content-Length: 70000\n\n")?.code == .messageTooLong)
        #expect(fault(Self.head + "Content-Length: 99999999999999999999\n\n")?.code == .numberOutOfRange)
    }

    @Test func `the stream framer refuses a head that does not end in time`() {
        #expect(fault(String(repeating: "x", count: 20_000))?.code == .headTooLong)
        #expect(fault(String(repeating: "x", count: 16_384)) == nil)
    }

    @Test func `the stream framer throws the same again after an error and keeps nothing`() {
        var framer = SIPStreamFramer()
        framer.append(wire("nonsense\n\n"))
        #expect(throws: SIPParseError.self) { try framer.next() }
        framer.append(Sample.sippRegister)
        #expect(throws: SIPParseError.self) { try framer.next() }
        #expect(framer.pendingBytes == 0)
    }

    @Test func `the stream framer never traps on a stream with any byte changed`() {
        var bytes = Sample.sippRegister
        for index in bytes.indices {
            let original = bytes[index]
            for value: UInt8 in [0, 10, 13, 32, 58, 255, original ^ 1] {
                bytes[index] = value
                var framer = SIPStreamFramer()
                framer.append(bytes)
                while let event = try? framer.next() {
                    if case .message(let message) = event { _ = try? SIPParser.parse(datagram: message) }
                }
            }
            bytes[index] = original
        }
    }
}
