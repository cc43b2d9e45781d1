internal import Base

/// One value of Via: the sender of the message, its transport, and where the response goes.
package struct SIPVia: Sendable, Equatable {
    /// The transport as written: `UDP`, `TCP`, `TLS`.
    package var transport: [UInt8]
    package var host: SIPHost
    package var port: UInt16?
    package var parameters: SIPParameters

    package init(transport: [UInt8], host: SIPHost, port: UInt16?, branch: [UInt8]? = nil) {
        self.transport = transport
        self.host = host
        self.port = port
        parameters = SIPParameters()
        if let branch { parameters.set("branch", to: branch) }
    }

    package var branch: [UInt8]? { parameters.value("branch") }
    /// The address that the server saw, as a socket reports it.
    package var received: [UInt8]? { parameters.value("received") }
    /// Whether the client asks for the response on the port it sent from (RFC 3581 §3), or has been told that port already.
    package var hasRport: Bool { parameters.has("rport") }
    package var rport: UInt16? {
        guard let number = parameters.value("rport")?.decimal(cappedAbove: 65_535) else { return nil }
        return UInt16(exactly: number)
    }

    /// The beginning of every branch that is unique (RFC 3261 §8.1.1.7).
    package static let magicCookie = Array("z9hG4bK".utf8)

    /// Whether the branch alone identifies a transaction. The bare cookie does not.
    package var hasUniqueBranch: Bool {
        guard let branch else { return false }
        return branch.count > Self.magicCookie.count && branch.prefix(Self.magicCookie.count).equalsIgnoringCase(Self.magicCookie)
    }

    /// Writes the source of a request into its topmost Via, as a server must (RFC 3261 §18.2.1, RFC 3581 §4).
    package mutating func stamp(source: SIPEndpoint) {
        if hasRport {
            parameters.set("rport", to: Array(String(source.port).utf8))
            parameters.set("received", to: source.host.address)
        } else if host.unmapped != source.host.unmapped {
            parameters.set("received", to: source.host.address)
        } else {
            // A `received` that the client made up would send the response elsewhere.
            parameters.remove("received")
        }
    }

    /// The address for the response to a request that came over UDP (RFC 3261 §18.2.2, RFC 3581 §4).
    ///
    /// It is always the address that the request came from. `maddr` is not obeyed: it would aim responses at third parties.
    package func replyEndpoint(source: SIPEndpoint) -> SIPEndpoint {
        hasRport ? source : SIPEndpoint(host: source.host, port: port ?? defaultPort)
    }

    /// The address for a new connection, where the connection that the request came over is closed: the address that the request came from,
    /// and the port of sent-by (RFC 3261 §18.2.2).
    package func newConnectionEndpoint(source: SIPEndpoint) -> SIPEndpoint { SIPEndpoint(host: source.host, port: port ?? defaultPort) }

    private var defaultPort: UInt16 { transport.equalsIgnoringCase("TLS") ? 5061 : 5060 }

    package var bytes: [UInt8] {
        var text = Array("SIP/2.0/".utf8) + transport + [ASCII.space] + host.bytes
        if let port { text += [ASCII.colon] + Array(String(port).utf8) }
        parameters.write(to: &text)
        return text
    }
}

extension SIPVia {
    /// Reads `SIP / 2.0 / transport host [: port] *(; parameter)` (RFC 3261 §25.1 `via-parm`).
    init(from scanner: inout FieldScanner) throws(SIPParseError) {
        guard try scanner.token("SIP").equalsIgnoringCase("SIP") else { throw scanner.failure(.badHeaderValue, "not SIP") }
        try scanner.expect(ASCII.slash, "expected a slash")
        guard try scanner.token("a version").equalsIgnoringCase("2.0") else { throw scanner.failure(.badHeaderValue, "not version 2.0") }
        try scanner.expect(ASCII.slash, "expected a slash")
        transport = Array(try scanner.token("a transport"))
        guard let blank = scanner.next, ASCII.isBlank(blank) else { throw scanner.failure(.badHeaderValue, "expected a blank before the host") }
        scanner.skipBlanks()
        host = try scanner.host()
        port = nil
        if scanner.take(ASCII.colon) { port = UInt16(exactly: try scanner.number(upTo: 65_535, "the port")) }
        parameters = try scanner.parameters()
        if let rport = parameters.parameter("rport"), rport.value != nil, self.rport == nil {
            throw scanner.failure(.badHeaderValue, "rport is not a port")
        }
    }
}
