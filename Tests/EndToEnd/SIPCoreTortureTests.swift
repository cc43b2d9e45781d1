import Foundation
import Glibc
import HTTPKit
import Support
import Testing

/// The messages of RFC 4475 are sent to the running SIP core.
@Suite(.serialized, .enabled(if: TortureMessages.areThere, Comment(rawValue: TortureMessages.missing)))
struct SIPCoreTortureTests {
    @Test func `no torture message crashes, hangs or confuses the SIP core, over UDP or TCP`() async throws {
        let laboratory = try await ChainLaboratory()
        let names = try TortureMessages.names()
        #expect(names.count == 49)
        for name in names {
            let bytes = try TortureMessages.bytes(name)
            try SIPCoreTortureTests.throwOverUDP(bytes, at: laboratory.sip("udp"))
            try SIPCoreTortureTests.throwOverTCP(bytes, at: laboratory.sip("tcp"))
        }
        for transport in ["udp", "tcp"] { #expect(try laboratory.register(transport).status == 0, "a good REGISTER still works over \(transport)") }
        #expect(laboratory.stop() == [0, 0, 0, 0, 0])
    }

    private static func address(_ sip: String) throws -> sockaddr_in {
        let (host, port) = try SocketAddress.splitHostAndPort(String(sip.dropFirst(4)))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return address
    }

    private static func withSocket(_ type: __socket_type, to sip: String, _ body: (Int32) -> Void) throws {
        var address = try address(sip)
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        defer { close(descriptor) }
        let status = withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { connect(descriptor, $0.baseAddress, socklen_t(bytes.count)) }
        }
        if status == 0 { body(descriptor) }
    }

    private static func throwOverUDP(_ bytes: [UInt8], at sip: String) throws {
        try withSocket(SOCK_DGRAM, to: sip) { _ = send($0, bytes, bytes.count, 0) }
    }

    private static func throwOverTCP(_ bytes: [UInt8], at sip: String) throws {
        try withSocket(SOCK_STREAM, to: sip) { _ = send($0, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
    }
}
