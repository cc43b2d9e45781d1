import Base
import Glibc
import HTTPKit
import Nhss
import SIP
import Support
import Testing

@testable import SipCoreStub

/// SIP over UDP: who gets which answer (RFC 3261 §17.2 and §18.2).
@Suite(.serialized) struct SIPDatagramTests {
    // MARK: Addresses

    @Test(
        arguments: ["[::]", "0.0.0.0", "127.0.0.1", "[::ffff:127.0.0.1]"],
        ["192.0.2.1:5062;branch=z9hG4bKa;rport", "192.0.2.1:5062;branch=z9hG4bKa;rport;received=192.0.2.9", "ue.invalid;branch=z9hG4bKa;rport"])
    func `an IPv4 UE is told its IPv4 address, whatever the server listens at`(host: String, via: String) async throws {
        let laboratory = try SIPServerLaboratory()
        let socket = try UESocket(SOCK_DGRAM, to: try await laboratory.listen("udp:\(host):0"))
        socket.send(SIPServerLaboratory.register("UDP \(via)"))
        let answer = try socket.receive() ?? ""
        #expect(answer.hasPrefix("SIP/2.0 401 "))
        #expect(answer.contains(";received=127.0.0.1\r\n") || answer.contains(";received=127.0.0.1;"), "\(answer)")
        #expect(answer.contains(";rport=\(socket.port)"))
        #expect(!answer.contains("ffff"))
    }

    @Test(arguments: ["[::]", "127.0.0.1"]) func `an answer without rport goes to the port of sent-by at the IPv4 address`(host: String) async throws
    {
        let laboratory = try SIPServerLaboratory()
        let port = try await laboratory.listen("udp:\(host):0")
        let (sender, receiver) = (try UESocket(SOCK_DGRAM, to: port), try UESocket(SOCK_DGRAM, to: port))
        sender.send(SIPServerLaboratory.register("UDP ue.invalid:\(receiver.port);branch=z9hG4bKa"))
        #expect(try receiver.receive()?.contains(";received=127.0.0.1\r\n") == true)
    }

    @Test func `a UE that writes its IPv4 address as an IPv6 one finds its own text in the answer`() async throws {
        let laboratory = try SIPServerLaboratory()
        let port = try await laboratory.listen("udp:[::]:0")
        let socket = try UESocket(SOCK_DGRAM, to: port)
        socket.send(SIPServerLaboratory.register("UDP [::ffff:127.0.0.1]:\(socket.port);branch=z9hG4bKa"))
        let via = try socket.receive()?.components(after: "Via: ", until: "\r\n")
        #expect(via == "SIP/2.0/UDP [::ffff:7f00:1]:\(socket.port);branch=z9hG4bKa")
    }

    @Test func `attempts over [::] and over IPv4 count for one address`() throws {
        let mapped = try #require(SIPHost(address: "::ffff:192.0.2.1".utf8))
        #expect(SourceAddress(mapped) == SourceAddress(.ipv4([192, 0, 2, 1])))
        let home = try #require(HomeDomain(realm: "a.example", serverName: "sip:s.a.example", addresses: [.ipv4([192, 0, 2, 1])]))
        for text in ["sip:[::ffff:192.0.2.1]", "sip:192.0.2.1"] { #expect(home.contains(try SIPURI(text))) }
        #expect(!home.contains(try SIPURI("sip:[::ffff:192.0.2.2]")))
    }

    // MARK: Long answers

    private static let long = String(repeating: "u", count: 1_000)

    @Test(arguments: [0, 1, 7], ["", "Via: SIP/2.0/UDP a;branch=1;x=\(long)\r\n", "Path: <sip:p;lr;x=\(long)>\r\n"])
    func `every REGISTER is answered in one datagram, and none is registered in silence`(thousands: Int, line: String) async throws {
        let laboratory = try SIPServerLaboratory(SIPServerLaboratory.unboundedUser)
        let port = try await laboratory.listen("udp:127.0.0.1:0")
        let socket = try UESocket(SOCK_DGRAM, to: port)
        let parameters = (0..<thousands).map { ";p\($0)=\(Self.long)" }.joined()
        let more = String(repeating: line, count: 5)
        var registered = 0
        for number in 1...17 {
            let contact = "<sip:v@h:\(number)>;reg-id=\(number);+sip.instance=\"<urn:x:1>\"\(parameters)"
            let answer = try laboratory.registerUser(
                over: socket, callID: "c\(number)", contact: contact, via: "UDP 127.0.0.1:5062;rport", more)
            if answer.hasPrefix("SIP/2.0 200 ") { registered += 1 } else { #expect(answer.hasPrefix("SIP/2.0 403 "), "\(number)") }
        }
        #expect(registered == [0: 16, 1: 15, 7: 2][thousands])
        let refreshed = try laboratory.registerUser(
            over: socket, callID: "r", contact: "<sip:v@h:1>;reg-id=1;+sip.instance=\"<urn:x:1>\"", via: "UDP 127.0.0.1:5062;rport", more)
        #expect(refreshed.hasPrefix("SIP/2.0 200 ") && refreshed.ranges(of: "\r\nContact: ").count == registered)
    }

    @Test func `the longest answer goes into a datagram`() throws {
        let (limits, message) = (SipCoreLimits(), SIPLimits())
        let home = try #require(HomeDomain(realm: "partner.example", serverName: "sip:scscf.partner.example"))
        let translator = SIPTranslator(home: home, limits: limits, random: { 7 }, time: Timestamp.now)
        let contact = SIPContact(SIPAddress(try SIPURI("sip:a@b")))
        let granted = GrantedContact(contact: contact, expires: Int(limits.expiresMax))
        let contacts = Array(repeating: granted, count: limits.contactBytesMax / granted.bytesMax)
        let impu = try IMPU("sip:" + String(repeating: "u", count: NhssLimits.identityBytesMax - 6) + "@a")
        let user = UserIdentities(impi: try IMPI("a@a"), impu: impu)
        let request = UERequest(user: user, contacts: .list([]), path: [], requestURI: [])
        let answer = UEAnswer(
            outcome: .registered(contacts, published: Array(repeating: impu, count: NhssLimits.associatedIdentitiesMax)),
            trace: TraceParent(random: { 7 }))
        let bytes = translator.headers(of: answer, to: request).reduce(0) { $0 + $1.name.spelling.count + $1.value.count + 4 }
        // The answer repeats fields of the request, and splits those with several values, which may have one letter each before.
        let repeated = message.headBytesMax + (message.viasMax + message.listValuesMax) * "P-Associated-URI: ".utf8.count
        #expect(bytes + repeated + 1_024 <= 65_507)
    }

    // MARK: Transactions

    /// Two UEs in private networks with the same addresses, each behind an address translator of its own.
    @Test(arguments: [true, false]) func `two UEs with the same branch and sent-by get each its own answer`(isAtTheSameTime: Bool) async throws {
        let laboratory = try SIPServerLaboratory(SIPServerLaboratory.unboundedUser)
        let port = try await laboratory.listen("udp:127.0.0.1:0")
        let sockets = try ["127.0.0.1", "127.0.0.2"].map { try UESocket(SOCK_DGRAM, at: $0, to: port) }
        if isAtTheSameTime { laboratory.core.source.hold() }
        var nonces: Set<String> = []
        for (number, socket) in sockets.enumerated() {
            socket.send(SIPServerLaboratory.register("UDP 10.0.0.1:5060;rport;branch=z9hG4bK1", callID: "call\(number)"))
            if !isAtTheSameTime { nonces.insert(try challenge(socket, number)) }
        }
        if isAtTheSameTime {
            while await laboratory.onLoop({ $0.engine.requestsInFlight }) < 2 { await Task.yield() }
            laboratory.core.source.release()
            for (number, socket) in sockets.enumerated() { nonces.insert(try challenge(socket, number)) }
        }
        #expect(nonces.count == 2)
    }

    private func challenge(_ socket: UESocket, _ number: Int) throws -> String {
        let answer = try socket.receive() ?? ""
        #expect(answer.contains("Call-ID: call\(number)\r\n"))
        return answer.components(after: "nonce=\"", until: "\"")
    }

    /// Remembers what is sent.
    private final class Recorder: SIPReplyPath, @unchecked Sendable {
        // Safety (@unchecked): `sent` is behind a lock.
        private let sent = Guarded<[[UInt8]]>([])
        let isReliable: Bool

        init(isReliable: Bool = false) { self.isReliable = isReliable }

        var responses: [[UInt8]] { sent.withLock { $0 } }
        func send(_ response: [UInt8], to endpoint: SIPEndpoint) { sent.withLock { $0.append(response) } }
        func send(request: [UInt8], to endpoint: SIPEndpoint) {}
        var localEndpoint: SIPEndpoint? { nil }
        func requestBegan() {}
        func requestEnded(registeredFor time: Duration?) {}
    }

    private static let ue = SIPEndpoint(host: .ipv4([192, 0, 2, 1]), port: 5062)

    private static func register(_ number: Int) -> [UInt8] {
        Array(SIPServerLaboratory.register("UDP 192.0.2.1:5062;branch=z9hG4bK\(number)", callID: "call\(number)").utf8)
    }

    @Test func `a request is answered as before after ten thousand others`() async throws {
        var limits = SIPServerLaboratory.unboundedUser
        let batch = 500
        limits.attemptsWaitingMax = batch
        let laboratory = try SIPServerLaboratory(limits)
        // Refusals are quicker to make than challenges. Each has a Session-ID of its own.
        laboratory.core.home.failure = .userNotFound
        let recorder = Recorder()
        let count = 10_000
        for start in stride(from: 0, to: count, by: batch) {
            await laboratory.onLoop { server in
                for number in start..<(start + batch) { server.engine.receive(Self.register(number), from: Self.ue, reply: recorder) }
            }
            #expect(await eventually { recorder.responses.count == start + batch })
        }
        let questions = laboratory.core.source.questions.count
        var first: [[UInt8]: [UInt8]] = [:]
        for response in recorder.responses { first[Self.callID(response)] = response }
        #expect(first.count == count)
        let again = Recorder()
        await laboratory.onLoop { server in
            for number in stride(from: 0, to: count, by: 100) { server.engine.receive(Self.register(number), from: Self.ue, reply: again) }
        }
        #expect(again.responses.count == count / 100)
        #expect(again.responses.allSatisfy { first[Self.callID($0)] == $0 })
        #expect(laboratory.core.source.questions.count == questions)
    }

    private static func callID(_ response: [UInt8]) -> [UInt8] {
        Array(String(decoding: response, as: UTF8.self).components(after: "Call-ID: ", until: "\r\n").utf8)
    }

    @Test func `over a connection no answer is kept: there are no retransmissions`() async throws {
        let laboratory = try SIPServerLaboratory(SIPServerLaboratory.unboundedUser)
        let recorder = Recorder(isReliable: true)
        for number in 1...2 {
            await laboratory.onLoop { $0.engine.receive(Self.register(0), from: Self.ue, reply: recorder) }
            #expect(await eventually { recorder.responses.count == number })
        }
        #expect(laboratory.core.source.questions.count == 2)
    }

    @Test func `where there is no room for an answer, a REGISTER is 503 and the answers that are there stay`() async throws {
        var limits = SIPServerLaboratory.unboundedUser
        limits.transactionsBytesMax = 8 * (limits.transactionOverheadBytes + limits.transactionAnswerBytes)
        let laboratory = try SIPServerLaboratory(limits)
        let recorder = Recorder()
        for number in 0..<40 {
            await laboratory.onLoop { $0.engine.receive(Self.register(number), from: Self.ue, reply: recorder) }
            #expect(await eventually { recorder.responses.count == number + 1 })
        }
        let texts = recorder.responses.map { String(decoding: $0, as: UTF8.self) }
        let refused = texts.filter { $0.hasPrefix("SIP/2.0 503 ") && $0.contains("\r\nRetry-After: ") }
        let challenged = texts.prefix { $0.hasPrefix("SIP/2.0 401 ") }
        #expect(challenged.count >= 6 && challenged.count + refused.count == 40)
        let other = Recorder()
        await laboratory.onLoop { server in
            for number in challenged.indices { server.engine.receive(Self.register(number), from: Self.ue, reply: other) }
        }
        #expect(other.responses.map { String(decoding: $0, as: UTF8.self) } == Array(challenged))
        // One address leaves room for the next.
        let next = SIPEndpoint(host: .ipv4([192, 0, 2, 2]), port: 5062)
        await laboratory.onLoop { $0.engine.receive(Self.register(99), from: next, reply: other) }
        #expect(await eventually { other.responses.count == challenged.count + 1 })
        #expect(other.responses.last.map { String(decoding: $0, as: UTF8.self) }?.hasPrefix("SIP/2.0 401 ") == true)
    }
}
