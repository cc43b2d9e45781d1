import Base
import HTTPKit
import SIP
import Testing

@testable import MCUE

/// A host name has several addresses, and the server listens at one of them.
@Suite struct AddressPairTests {
    private static let addresses = ["127.0.0.2", "127.0.0.3", "127.0.0.1"]

    private func report(_ transport: String, port: UInt16, on group: EventLoopGroup, _ addresses: [String] = addresses) async throws -> (
        report: RegistrationReport, tried: [String]
    ) {
        let pairs = try addresses.flatMap { try AddressPair.all(of: try ServerAddress("\(transport):\($0):\(port)")) }
        let kind: ServerAddress.Transport = transport == "udp" ? .udp : .tcp
        let link = SignallingLink(on: group.first, addresses: pairs, transport: kind)
        let tried = Guarded<[String]>([])
        var driver = RegistrationDriver(link: link, transport: kind, answerTime: .milliseconds(200), identifiers: UELaboratory.identifiers())
        driver.onServer = { address in tried.withLock { $0.append(address.host) } }
        let subscriber = try Subscriber(
            impi: UELaboratory.impi, impu: UELaboratory.impu, realm: nil, contact: nil, expiresSeconds: 600)
        var card = try UELaboratory.card()
        let report = await driver.register(subscriber, trace: UELaboratory.trace, card: &card) { _ in }
        await link.close()
        return (report, tried.withLock { $0 })
    }

    /// A server that refuses whatever it hears, over UDP.
    private func withServer(_ body: (UInt16, EventLoopGroup) async throws -> Void) async throws {
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let socket = Guarded<DatagramSocket?>(nil)
        let port = try await Task(executorPreference: group.first) {
            let opened = try DatagramSocket(on: group.first, at: try SocketAddress(host: "127.0.0.1", port: 0)) { bytes, peer in
                // The fields that a response has from its request (RFC 3261 §8.2.6.2); a ping has none of them.
                let fields = String(decoding: Array(bytes), as: UTF8.self).split(separator: "\r\n").filter { line in
                    ["Via:", "From:", "To:", "Call-ID:", "CSeq:"].contains { line.hasPrefix($0) }
                }
                guard fields.count >= 5 else { return }
                let answer = "SIP/2.0 403 Forbidden\r\n\(fields.joined(separator: "\r\n"))\r\nContent-Length: 0\r\n\r\n"
                socket.withLock { $0 }?.send(Array(answer.utf8), to: peer)
            }
            socket.withLock { $0 = opened }
            return opened.address.port
        }.value
        try await body(port, group)
        await Task(executorPreference: group.first) { socket.withLock { $0 }?.close() }.value
    }

    @Test func `each address of a server is tried until one answers`() async throws {
        try await withServer { port, group in
            let (report, tried) = try await report("udp", port: port, on: group)
            #expect(report.end == .refused && report.status == 403)
            #expect(tried == Self.addresses)
        }
    }

    @Test func `an answer of the first address is an answer, and no other is tried`() async throws {
        try await withServer { port, group in
            let (report, tried) = try await report("udp", port: port, on: group, ["127.0.0.1", "127.0.0.2"])
            #expect(report.end == .refused && tried == ["127.0.0.1"])
        }
    }

    @Test(arguments: ["udp", "tcp"]) func `where no address answers the report names all of them`(transport: String) async throws {
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        // Port 1 is nobody's here.
        let (report, tried) = try await report(transport, port: 1, on: group)
        #expect(report.end == .noAnswer && tried == Self.addresses)
        #expect(report.reason?.ranges(of: "; ").count == 2, "\(report.reason ?? "")")
    }

    @Test func `a name is resolved to all its addresses`() throws {
        let all = try AddressPair.all(of: try ServerAddress("udp:localhost:5060"))
        #expect(!all.isEmpty && all.allSatisfy { $0.server.isLoopback && $0.server.port == 5060 })
        #expect(throws: UEError(.noAnswer, "")) { try AddressPair.all(of: try ServerAddress("udp:nobody.invalid:5060")) }
    }
}
