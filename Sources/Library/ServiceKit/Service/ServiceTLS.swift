internal import Base
package import HTTPKit
internal import Logging

/// Finds the MC system that the names of a verified certificate stand for; nil where no welcome system has such a name.
package typealias SystemRecognition = @Sendable ([String]) -> String?

/// TLS towards the callers of a service and towards the next hop, with one certificate for both.
///
/// The versions, suites and certificates that TS 33.210 §6.2 and TS 33.310 §6.2a ask for are those of `TLSContext`.
struct ServiceTLS: Sendable {
    let files: TLSFiles
    let server: TLSSource
    let client: TLSSource

    /// - Throws: naming the flag whose file cannot be used. A certificate that peers would refuse cannot.
    init(_ files: TLSFiles, hopProtocol: ClientProtocol) throws(ConfigurationError) {
        self.files = files
        do throws(TLSError) {
            server = try TLSSource(.server, files, protocols: ALPN.all)
            client = try TLSSource(.client, files, protocols: hopProtocol == .http2 ? ALPN.all : [ALPN.http1])
            try ServiceTLS.check(server.context, files)
        } catch {
            throw ConfigurationError(ServiceTLS.flag(error), error.reason)
        }
    }

    /// Reads the files again. If one of them cannot be used, the old ones stay in force.
    func reload() throws(TLSError) {
        let (nextServer, nextClient) = (try server.read(), try client.read())
        try ServiceTLS.check(nextServer, files)
        server.use(nextServer)
        client.use(nextClient)
    }

    /// How the files that are in force stand now.
    func standing() -> TLSStanding { server.context.standing(at: .now()) }

    private static func check(_ context: TLSContext, _ files: TLSFiles) throws(TLSError) {
        let standing = context.standing(at: .now())
        guard let failure = standing.certificateFailure else { return }
        throw TLSError(.badCertificate, CertificateWatch.failure(failure, standing, files))
    }

    private static func flag(_ error: TLSError) -> String {
        switch error.code {
        case .badKey: "tls-key"
        case .badAuthority: "tls-ca"
        case .badRevocationList: "tls-crl"
        default: "tls-certificate"
        }
    }
}

extension Service {
    /// The certificates that the signalling listener demands; each connection that is refused is a line in the log.
    func security(recognising recognise: @escaping SystemRecognition) -> ServerSecurity? {
        guard let tls else { return nil }
        let refusals = metrics.counter("mc_tls_refused_total", help: "Connections that ended before a request because of TLS or a certificate.")
        return ServerSecurity(
            tls.server,
            refusing: { peer in
                guard recognise(peer.names) == nil else { return nil }
                return peer.names.isEmpty
                    ? "the certificate holds no domain name"
                    : "no name in the certificate is that of a system welcome here: \(peer.names.joined(separator: ", "))"
            },
            onRefused: { [logger] peer, error in
                refusals.add()
                logger.warning("connection refused", metadata: ["peer": .string(peer.address), "reason": .string(error.reason)])
            })
    }

    /// Reads the certificate, the key, the authorities and the revocation list again, for new connections. Open ones go on as they are.
    func reloadTLS() {
        guard let tls else { return logger.notice("nothing to read again: there is no TLS") }
        do throws(TLSError) {
            try tls.reload()
            logger.notice("certificates read again")
            certificates?.look()
        } catch {
            logger.error("certificates not read again, the old ones stay", metadata: ["reason": .string(error.reason)])
        }
    }

    /// Recognises this system alone, by the name in its certificates.
    package var ownSystem: SystemRecognition {
        { [configuration] names in names.contains(configuration.systemID.lowercased()) ? configuration.systemID : nil }
    }

    /// The MC system of a caller on the signalling listener: the one its certificate names, without TLS the one `--insecure-peer-as` names.
    package func peerSystem(_ peer: Peer, recognising recognise: SystemRecognition) -> String? {
        tls == nil ? configuration.insecurePeerAs : recognise(peer.names)
    }
}
