internal import HTTPKit
internal import SIP
internal import ServiceKit

/// An address to take SIP at: `udp:HOST:PORT` or `tcp:HOST:PORT`.
struct SIPListenAddress: Sendable, Hashable, CustomStringConvertible {
    enum Transport: String, Sendable {
        case udp, tcp
    }

    let transport: Transport
    let address: SocketAddress

    init(_ transport: Transport, _ address: SocketAddress) {
        self.transport = transport
        self.address = address
    }

    static let flag = "sip-listen"

    init(parsing text: String) throws(ConfigurationError) {
        let name = String(decoding: text.utf8.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
        guard name != "tls" else { throw ConfigurationError(SIPListenAddress.flag, "\(text): SIP over TLS is not there yet; udp: and tcp: are") }
        guard let transport = Transport(rawValue: name), name.utf8.count < text.utf8.count else {
            throw ConfigurationError(SIPListenAddress.flag, "\(text) is neither udp:HOST:PORT nor tcp:HOST:PORT")
        }
        self.transport = transport
        do throws(AddressError) {
            let (host, port) = try SocketAddress.splitHostAndPort(String(decoding: text.utf8.dropFirst(name.utf8.count + 1), as: UTF8.self))
            address = try SocketAddress(host: host, port: port)
        } catch { throw ConfigurationError(SIPListenAddress.flag, error.reason) }
    }

    var description: String { "\(transport.rawValue):\(address)" }
}

extension SIPEndpoint {
    /// - Returns: nil for an address that is no IP address.
    init?(_ address: SocketAddress) {
        guard let host = SIPHost(address: address.host.utf8) else { return nil }
        self.init(host: host, port: address.port)
    }
}

extension SocketAddress {
    /// - Returns: nil for a host that is a name.
    init?(_ endpoint: SIPEndpoint) {
        do throws(AddressError) { try self.init(host: String(decoding: endpoint.host.address, as: UTF8.self), port: endpoint.port) } catch {
            return nil
        }
    }
}
