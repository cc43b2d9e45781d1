internal import ArgumentParser
internal import HTTPKit

/// The address of the SIP core: `udp:HOST:PORT` or `tcp:HOST:PORT`. The host is a name or an address.
struct ServerAddress: Sendable, Hashable {
    enum Transport: String, Sendable, CaseIterable {
        case udp, tcp

        /// The transport in a Via: `UDP`.
        var token: [UInt8] { Array(rawValue.utf8).map { $0 & 0xdf } }
    }

    let transport: Transport
    /// Without brackets.
    let host: String
    let port: UInt16

    /// - Throws: `.unusable`.
    init(_ text: String) throws(UEError) {
        let scheme = text.utf8.prefix { $0 != UInt8(ascii: ":") }
        guard let transport = Transport(rawValue: String(decoding: scheme, as: UTF8.self)), scheme.endIndex < text.utf8.endIndex else {
            throw UEError(.unusable, "\(text) is not udp:HOST:PORT or tcp:HOST:PORT")
        }
        let rest = String(text[text.utf8.index(after: scheme.endIndex)...])
        do throws(AddressError) {
            let (host, port) = try SocketAddress.splitHostAndPort(rest)
            self.transport = transport
            self.host = host.utf8.first == UInt8(ascii: "[") ? String(host.dropFirst().dropLast()) : host
            self.port = port
        } catch { throw UEError(.unusable, error.reason) }
        guard port > 0 else { throw UEError(.unusable, "\(text): port 0 is no port to send to") }
    }
}

extension ServerAddress {
    /// Reads the value of a flag.
    static func parsed(_ text: String) throws -> ServerAddress {
        do throws(UEError) { return try ServerAddress(text) } catch { throw ValidationError(error.reason) }
    }
}
