import Base
import Contracts
import Glibc
import HTTPKit
import Nhss
import SIP
import Support
import Testing

@testable import SipCoreStub

/// SIP over TCP: how connections end, and what becomes of the answers.
@Suite(.serialized) struct SIPConnectionTests {
    private static func register(port: UInt16 = 5062, _ number: Int = 1, more: String = "") -> String {
        SIPServerLaboratory.register("TCP 192.0.2.1:\(port);branch=z9hG4bK\(number)\(more)", callID: "call\(number)")
    }

    // MARK: Garbage

    private static let garbage = [
        "garbage\r\n\r\n", "\u{0}\u{0}\u{0}\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "REGISTER sip:partner.example SIP/2.0\r\n\r\n",
        SIPServerLaboratory.register("TCP 192.0.2.1;branch=z9hG4bKg").replacing("Content-Length: 0", with: "Content-Length: -1"),
        SIPServerLaboratory.register("TCP 192.0.2.1;branch=z9hG4bKg").replacing("Content-Length: 0", with: "Content-Length: 99999999"),
        SIPServerLaboratory.register("TCP 192.0.2.1;branch=z9hG4bKg").replacing("Content-Length: 0\r\n", with: ""),
        String(repeating: "x", count: 20_000),
    ]

    @Test(arguments: garbage, [1, 2]) func `good REGISTERs are answered before garbage ends the connection`(garbage: String, count: Int) async throws
    {
        let laboratory = try SIPServerLaboratory(SIPServerLaboratory.unboundedUser)
        let port = try await laboratory.listen("tcp:127.0.0.1:0")
        laboratory.core.source.hold()
        let socket = try UESocket(SOCK_STREAM, to: port)
        socket.send((1...count).map { Self.register($0) }.joined() + garbage)
        #expect(await eventually { laboratory.core.source.heldCount == 1 })
        // What the server says of the garbage may come first. Then the connection waits for the answers.
        laboratory.core.source.release()
        let answers = try socket.rest()
        for number in 1...count {
            let answer = answers.components(after: "SIP/2.0 401 ", until: "\r\n\r\n")
            #expect(answer.contains("Call-ID: call"), "\(answers)")
            #expect(answers.contains("Call-ID: call\(number)\r\n"))
        }
        #expect(answers.ranges(of: "SIP/2.0 401 ").count == count)
    }

    @Test func `nothing after the garbage is read`() async throws {
        let laboratory = try SIPServerLaboratory()
        let socket = try UESocket(SOCK_STREAM, to: try await laboratory.listen("tcp:127.0.0.1:0"))
        socket.send(Self.register(1) + "garbage\r\n\r\n" + Self.register(2))
        let answers = try socket.rest()
        #expect(answers.contains("call1") && !answers.contains("call2"))
    }

    // MARK: Answers for closed connections

    enum Leaving: CaseIterable {
        case closing, resetting
    }

    @Test(arguments: Leaving.allCases, ["", ";rport", ";rport;received=192.0.2.9"])
    func `an answer for a closed connection goes over a new one to the port of sent-by`(leaving: Leaving, more: String) async throws {
        let laboratory = try SIPServerLaboratory()
        let port = try await laboratory.listen("tcp:[::]:0")
        laboratory.core.source.hold()
        let listener = try UESocket(SOCK_STREAM, to: nil)
        let socket = try UESocket(SOCK_STREAM, to: port)
        socket.send(Self.register(port: listener.port, more: more))
        #expect(await eventually { laboratory.core.source.heldCount == 1 })
        switch leaving {
        case .closing: socket.close()
        case .resetting: socket.reset()
        }
        // A reset is seen at once. After a mere end the server cannot tell that nobody reads, until the answer is refused.
        if leaving == .resetting {
            let isGone = { await laboratory.onLoop { $0.connectionCount } == 0 }
            while await !isGone() { await Task.yield() }
        }
        laboratory.core.source.release()
        let answer = try listener.accept().rest()
        #expect(answer.hasPrefix("SIP/2.0 401 ") && answer.contains("received=127.0.0.1") && answer.contains("Call-ID: call1\r\n"), "\(answer)")
    }

    @Test func `an answer goes over the old connection while the UE reads, even if it sends no more`() async throws {
        let laboratory = try SIPServerLaboratory()
        let port = try await laboratory.listen("tcp:127.0.0.1:0")
        let listener = try UESocket(SOCK_STREAM, to: nil)
        let socket = try UESocket(SOCK_STREAM, to: port)
        socket.send(Self.register(port: listener.port))
        socket.endSending()
        #expect(try socket.rest().hasPrefix("SIP/2.0 401 "))
        #expect(!listener.hasConnection)
    }

    @Test func `an answer that nobody waits for any more is dropped, and the server goes on`() async throws {
        let laboratory = try SIPServerLaboratory()
        let port = try await laboratory.listen("tcp:127.0.0.1:0")
        for number in 1...3 {
            let listener = try UESocket(SOCK_STREAM, to: nil)
            let deadPort = listener.port
            listener.close()
            let socket = try UESocket(SOCK_STREAM, to: port)
            socket.send(Self.register(port: deadPort, number))
            socket.reset()
        }
        let socket = try UESocket(SOCK_STREAM, to: port)
        socket.send(Self.register(4))
        #expect(try socket.receive()?.hasPrefix("SIP/2.0 401 ") == true)
    }

    // MARK: Bounds

    private static var few: SipCoreLimits {
        var limits = SIPServerLaboratory.unboundedUser
        limits.connectionsMax = 8
        limits.connectionsPerAddressMax = 5
        return limits
    }

    /// Opens connections one after the other, each known to the server before the next.
    private func open(_ count: Int, from host: String, to port: UInt16, _ laboratory: SIPServerLaboratory) async throws -> [UESocket] {
        var sockets: [UESocket] = []
        for _ in 0..<count {
            let socket = try UESocket(SOCK_STREAM, at: host, to: port)
            #expect(try socket.ping())
            sockets.append(socket)
        }
        return sockets
    }

    @Test func `the idle connections of one address shut nobody out`() async throws {
        let laboratory = try SIPServerLaboratory(Self.few)
        let port = try await laboratory.listen("tcp:127.0.0.1:0")
        let idle = try await open(40, from: "127.0.0.2", to: port, laboratory)
        #expect(await laboratory.onLoop { $0.connectionCount } == 5)
        let socket = try UESocket(SOCK_STREAM, to: port)
        #expect(try laboratory.registerUser(over: socket, callID: "honest").hasPrefix("SIP/2.0 200 "))
        #expect(try idle.count { try $0.ping() } == 5, "the last ones are open")
    }

    @Test func `at the whole bound the greediest address loses its connection that has been silent longest`() async throws {
        let laboratory = try SIPServerLaboratory(Self.few)
        let port = try await laboratory.listen("tcp:127.0.0.1:0")
        let greedy = try await open(4, from: "127.0.0.2", to: port, laboratory)
        let others = try await open(2, from: "127.0.0.3", to: port, laboratory) + (try await open(2, from: "127.0.0.4", to: port, laboratory))
        // The first one is the oldest, but a message has come over it.
        greedy[0].send(Self.register(1))
        #expect(try greedy[0].receive()?.hasPrefix("SIP/2.0 401 ") == true)
        let newcomer = try await open(1, from: "127.0.0.1", to: port, laboratory)
        #expect(try greedy[1].ping() == false)
        #expect(try (others + newcomer + [greedy[0], greedy[2], greedy[3]]).allSatisfy { try $0.ping() })
    }

    @Test func `a connection with a registered user or a REGISTER under way never gives way`() async throws {
        let laboratory = try SIPServerLaboratory(Self.few)
        let port = try await laboratory.listen("tcp:127.0.0.1:0")
        let registered = try UESocket(SOCK_STREAM, at: "127.0.0.2", to: port)
        #expect(try laboratory.registerUser(over: registered, callID: "registered").hasPrefix("SIP/2.0 200 "))
        laboratory.core.source.hold()
        let waiting = try UESocket(SOCK_STREAM, at: "127.0.0.2", to: port)
        waiting.send(Self.register(1))
        #expect(await eventually { laboratory.core.source.heldCount == 1 })
        _ = try await open(20, from: "127.0.0.2", to: port, laboratory)
        laboratory.core.source.release()
        #expect(try waiting.receive()?.hasPrefix("SIP/2.0 401 ") == true)
        #expect(try registered.ping())
    }

    @Test func `where no connection may give way, a new one is closed`() async throws {
        var limits = Self.few
        limits.connectionsMax = 2
        let laboratory = try SIPServerLaboratory(limits)
        let port = try await laboratory.listen("tcp:127.0.0.1:0")
        let registered = try (0..<2).map { _ in try UESocket(SOCK_STREAM, to: port) }
        for (number, socket) in registered.enumerated() {
            let answer = try laboratory.registerUser(over: socket, callID: "r\(number)", contact: Self.flow(number + 1))
            #expect(answer.hasPrefix("SIP/2.0 200 "))
        }
        let late = try UESocket(SOCK_STREAM, at: "127.0.0.2", to: port)
        #expect(try late.receive() == nil)
        #expect(try registered.allSatisfy { try $0.ping() })
    }

    /// A contact that takes the place of no other.
    private static func flow(_ number: Int) -> String { "<sip:visitor1@127.0.0.1:\(6_000 + number)>;reg-id=\(number);+sip.instance=\"<urn:x:1>\"" }

    /// The ways in which a user who has registered over a connection is registered over it no more.
    enum Deregistration: CaseIterable {
        case overTheSameConnection, overAnother, byTheNetwork, byTheHome, byExpiry, byAnotherContact, byTheSameContactOverAnother
    }

    @Test(arguments: Deregistration.allCases) func `a connection whose users are not registered any more gives way`(way: Deregistration) async throws
    {
        let laboratory = try SIPServerLaboratory(Self.few)
        let port = try await laboratory.listen("tcp:127.0.0.1:0")
        let sockets = try (0..<5).map { _ in try UESocket(SOCK_STREAM, at: "127.0.0.2", to: port) }
        for (number, socket) in sockets.enumerated() {
            let answer = try laboratory.registerUser(over: socket, callID: "r\(number)", contact: Self.flow(number + 1))
            #expect(answer.hasPrefix("SIP/2.0 200 "))
        }
        let refused = try UESocket(SOCK_STREAM, at: "127.0.0.2", to: port)
        #expect(try refused.receive() == nil, "all five have a registered user")
        let other = try UESocket(SOCK_STREAM, to: port)
        let registrar = laboratory.core.registrar
        switch way {
        case .overTheSameConnection:
            for (number, socket) in sockets.enumerated() {
                _ = try laboratory.registerUser(over: socket, callID: "d\(number)", contact: Self.flow(number + 1), expires: 0)
            }
        case .overAnother: _ = try laboratory.registerUser(over: other, callID: "d", contact: "*", expires: 0)
        case .byTheNetwork: #expect(try await registrar.deregister(laboratory.core.user.impu, .unconditional).isDeleted)
        case .byTheHome: #expect(try await registrar.shutOut(laboratory.core.user.impi, for: .permanentTermination) == 1)
        case .byExpiry:
            laboratory.core.clock.advance(.seconds(601))
            await registrar.sweep()
        case .byAnotherContact: _ = try laboratory.registerUser(over: other, callID: "d", contact: "<sip:visitor1@127.0.0.1:7000>")
        case .byTheSameContactOverAnother:
            for number in 0..<5 { _ = try laboratory.registerUser(over: other, callID: "d\(number)", contact: Self.flow(number + 1)) }
        }
        let newcomer = try UESocket(SOCK_STREAM, at: "127.0.0.2", to: port)
        #expect(try newcomer.ping(), "there is room now")
    }

    @Test func `a connection whose user is not registered any more ends by itself`() async throws {
        var limits = SIPServerLaboratory.unboundedUser
        limits.unregisteredConnectionTime = .milliseconds(50)
        limits.connectionSweepTime = .milliseconds(10)
        let laboratory = try SIPServerLaboratory(limits)
        let socket = try UESocket(SOCK_STREAM, to: try await laboratory.listen("tcp:127.0.0.1:0"))
        #expect(try laboratory.registerUser(over: socket, callID: "call").hasPrefix("SIP/2.0 200 "))
        #expect(try socket.ping())
        #expect(try await laboratory.core.registrar.deregister(laboratory.core.user.impu, .unconditional).isDeleted)
        #expect(try socket.receive() == nil)
    }

    // MARK: Time

    @Test(arguments: ["\r\n\r\n", "OPTIONS", ""]) func `a connection without a registered user ends by itself, whatever comes over it`(
        sending: String
    )
        async throws
    {
        var limits = SIPServerLaboratory.unboundedUser
        limits.unregisteredConnectionTime = .milliseconds(100)
        limits.connectionSweepTime = .milliseconds(10)
        let laboratory = try SIPServerLaboratory(limits)
        let port = try await laboratory.listen("tcp:127.0.0.1:0")
        let registered = try UESocket(SOCK_STREAM, to: port)
        #expect(try laboratory.registerUser(over: registered, callID: "registered").hasPrefix("SIP/2.0 200 "))
        let socket = try UESocket(SOCK_STREAM, to: port)
        let options = Self.register(1).replacing("REGISTER", with: "OPTIONS")
        let text = sending == "OPTIONS" ? options : sending
        repeat {
            socket.send(text)
            #expect(try registered.ping(), "a connection with a registered user stays")
        } while try socket.receive() != nil
    }
}
