import Base
import HTTPKit
import SIP
import Testing

@testable import MCUE

@Suite struct SignallingLinkTests {
    /// A UDP server that looks at each message and sends what it is told to.
    private final class Server: Sendable {
        let port: UInt16
        private let group: EventLoopGroup
        private let socket: Guarded<DatagramSocket?>
        private let received: Guarded<[[UInt8]]>

        init(on group: EventLoopGroup, _ answer: @escaping @Sendable (_ message: [UInt8], _ number: Int) -> [[UInt8]]) async throws {
            self.group = group
            let received = Guarded<[[UInt8]]>([])
            let socket = Guarded<DatagramSocket?>(nil)
            (self.received, self.socket) = (received, socket)
            port = try await Task(executorPreference: group.first) {
                let opened = try DatagramSocket(on: group.first, at: try SocketAddress(host: "127.0.0.1", port: 0)) { bytes, peer in
                    let message = Array(bytes)
                    let number = received.withLock { received in
                        received.append(message)
                        return received.count
                    }
                    for answer in answer(message, number) { socket.withLock { $0 }?.send(answer, to: peer) }
                }
                socket.withLock { $0 = opened }
                return opened.address.port
            }.value
        }

        var messages: [[UInt8]] { received.withLock { $0 } }

        func close() async {
            await Task(executorPreference: group.first) { [socket] in socket.withLock { $0 }?.close() }.value
        }
    }

    private static let branch = "z9hG4bKtest"

    private static func message(_ firstLine: String, branch: String = branch) -> [UInt8] {
        Array(
            """
            \(firstLine)\r
            Via: SIP/2.0/UDP 127.0.0.1:5062;branch=\(branch)\r
            From: <sip:a@b.example>;tag=1\r
            To: <sip:a@b.example>\r
            Call-ID: c\r
            CSeq: 1 REGISTER\r
            Content-Length: 0\r
            \r

            """.utf8)
    }

    /// Sends one request to a server and waits for what comes of it.
    private func exchange(
        within time: Duration, _ answer: @escaping @Sendable (_ message: [UInt8], _ number: Int) -> [[UInt8]]
    ) async throws -> (result: Result<Int, UEError>, sent: [[UInt8]], retransmissions: Int) {
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let server = try await Server(on: group, answer)
        let addresses = try AddressPair.all(of: try ServerAddress("udp:127.0.0.1:\(server.port)"))
        let link = SignallingLink(on: group.first, addresses: addresses, transport: .udp)
        _ = try await link.open()
        let result: Result<Int, UEError>
        do throws(UEError) {
            let request = Self.message("REGISTER sip:b.example SIP/2.0")
            result = .success(try await link.exchange(request, branch: Array(Self.branch.utf8), within: time).status)
        } catch { result = .failure(error) }
        let retransmissions = await link.retransmissionCount
        await link.close()
        await server.close()
        return (result, server.messages, retransmissions)
    }

    @Test func `a request that is lost is sent again, byte for byte`() async throws {
        let (result, sent, retransmissions) = try await exchange(within: .seconds(10)) { _, number in
            number == 2 ? [Self.message("SIP/2.0 200 OK")] : []
        }
        #expect(result == .success(200))
        #expect(sent.count == 2 && sent.first == sent.last && retransmissions == 1)
    }

    @Test func `what is not the final response to the request is passed over`() async throws {
        let (result, _, _) = try await exchange(within: .seconds(10)) { _, _ in
            [
                Array("rubbish".utf8), Self.message("SIP/2.0 403 Forbidden", branch: "z9hG4bKother"), Self.message("SIP/2.0 100 Trying"),
                Self.message("OPTIONS sip:b.example SIP/2.0"), Self.message("SIP/2.0 401 Unauthorized"),
            ]
        }
        #expect(result == .success(401))
    }

    @Test func `a server that says nothing is no answer, when the time is over`() async throws {
        let (result, sent, _) = try await exchange(within: .milliseconds(50)) { _, _ in [] }
        #expect(result == .failure(UEError(.noAnswer, "")) && sent.count == 1)
    }
}
