import HTTPKit
import Testing

@testable import MCUE

@Suite struct ServerAddressTests {
    @Test(
        arguments: [
            ("udp:127.0.0.1:5060", ServerAddress.Transport.udp, "127.0.0.1", 5060), ("tcp:[::1]:5061", .tcp, "::1", 5061),
            ("udp:pcscf.partner.example:5060", .udp, "pcscf.partner.example", 5060),
        ] as [(String, ServerAddress.Transport, String, UInt16)])
    func `a server is a transport, a host and a port`(text: String, transport: ServerAddress.Transport, host: String, port: UInt16) throws {
        let address = try ServerAddress(text)
        #expect(address.transport == transport && address.host == host && address.port == port)
    }

    @Test(arguments: ["", "udp", "udp:", "127.0.0.1:5060", "tls:127.0.0.1:5061", "UDP:127.0.0.1:5060", "udp:127.0.0.1", "udp:127.0.0.1:70000"])
    func `anything else is refused`(text: String) {
        #expect(throws: UEError(.unusable, "")) { try ServerAddress(text) }
        #expect(throws: (any Error).self) { try ServerAddress.parsed(text) }
    }

    @Test func `port 0 is refused, for nobody can be sent anything there`() {
        #expect(throws: UEError(.unusable, "")) { try ServerAddress("udp:127.0.0.1:0") }
    }

    @Test(arguments: [("udp:127.0.0.1:5060", "127.0.0.1:5060", "127.0.0.1:0"), ("tcp:[::1]:5060", "[::1]:5060", "[::1]:0")])
    func `a server on this machine is spoken to from the same address`(text: String, server: String, local: String) throws {
        let addresses = try #require(try AddressPair.all(of: try ServerAddress(text)).first)
        #expect(addresses.server.description == server && addresses.local.description == local)
    }
}
