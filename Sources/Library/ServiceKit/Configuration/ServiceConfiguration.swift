internal import Base
package import HTTPKit
package import Logging
internal import SBI

/// The settings that every service has, checked.
package struct ServiceConfiguration: Sendable {
    package var listen: SocketAddress
    package var adminListen: SocketAddress
    /// The MC system this service belongs to: printable ASCII without spaces.
    package var systemID: String
    /// The system that callers count as where there is no TLS.
    package var insecurePeerAs: String?
    package var insecureAnyAddress: Bool
    /// The files of mutual TLS; without them signalling is plain HTTP.
    package var tls: TLSFiles?
    package var hopProtocol: ClientProtocol
    /// Where peers reach the signalling listener: a root without a slash at its end; nil for the address that it listens at.
    package var callbackRoot: String?
    package var logLevel: Logger.Level
    package var logFormat: LogFormat
    /// The settings that the service has; complete once all of its configuration has been read.
    package let knownSettings: KnownSettings
    /// The number of event loops: one for each core.
    package var loopCount = EventLoopGroup.coreCount

    package init(_ options: ServiceOptions, identity: ServiceIdentity, settings: inout Settings) throws(ConfigurationError) {
        knownSettings = settings.seen
        listen = try Self.address("listen", try settings.string("listen", options.listen) ?? identity.defaultListen)
        adminListen = try Self.address("admin-listen", try settings.string("admin-listen", options.adminListen) ?? identity.defaultAdminListen)
        systemID = try Self.name("system-id", try settings.string("system-id", options.systemID) ?? "local")
        insecurePeerAs = nil
        if let peer = try settings.string("insecure-peer-as", options.insecurePeerAs) { insecurePeerAs = try Self.name("insecure-peer-as", peer) }
        insecureAnyAddress = try settings.isSet("insecure-any-address", options.insecureAnyAddress)
        tls = try Self.tlsFiles(
            certificate: try settings.string("tls-certificate", options.tlsCertificate), key: try settings.string("tls-key", options.tlsKey),
            authority: try settings.string("tls-ca", options.tlsCA), revocationList: try settings.string("tls-crl", options.tlsCRL))
        hopProtocol = try Self.hopProtocol(try settings.string("hop-protocol", options.hopProtocol) ?? "http2")
        callbackRoot = try Self.root("callback-root", try settings.string("callback-root", options.callbackRoot))
        logLevel = try Self.level(try settings.string("log-level", options.logLevel) ?? "info")
        logFormat = try Self.format(try settings.string("log-format", options.logFormat) ?? "json")
        try check()
    }

    /// Refuses an address beyond loopback where there is no TLS: nobody could tell who calls. A laboratory may allow it.
    ///
    /// - Parameter flag: the setting that the address came from.
    package func checkMayListen(at address: SocketAddress, flag: String) throws(ConfigurationError) {
        guard tls != nil || address.isLoopback || insecureAnyAddress else {
            throw ConfigurationError(flag, "\(address) is not a loopback address, and there is no TLS (laboratory only: --insecure-any-address)")
        }
    }

    private func check() throws(ConfigurationError) {
        guard !listen.isLocalSocket else { throw ConfigurationError("listen", "signalling is taken at HOST:PORT, not at a Unix socket") }
        guard adminListen.isLoopback else {
            throw ConfigurationError(
                "admin-listen", "\(adminListen) is neither a loopback address nor unix:PATH, and administration does not authenticate its callers")
        }
        guard tls == nil || insecurePeerAs == nil else {
            throw ConfigurationError("insecure-peer-as", "is for callers without TLS, and with --tls-certificate there are none")
        }
        guard tls != nil || insecurePeerAs != nil else {
            throw ConfigurationError(
                "insecure-peer-as",
                "is missing: without TLS nobody can tell who calls. Give --tls-certificate, --tls-key and --tls-ca, "
                    + "or in a laboratory name the system that callers count as")
        }
        if let root = callbackRoot, root.utf8.starts(with: "https:".utf8) != (tls != nil) {
            throw ConfigurationError(
                "callback-root",
                "\(root) does not begin with \(tls == nil ? "http://, and this service has no TLS" : "https://, and this service has TLS")")
        }
        try checkMayListen(at: listen, flag: "listen")
    }

    private static func address(_ flag: String, _ text: String) throws(ConfigurationError) -> SocketAddress {
        do throws(AddressError) { return try SocketAddress(parsing: text) } catch { throw ConfigurationError(flag, error.reason) }
    }

    private static func tlsFiles(certificate: String?, key: String?, authority: String?, revocationList: String?) throws(ConfigurationError)
        -> TLSFiles?
    {
        let given = [("tls-certificate", certificate), ("tls-key", key), ("tls-ca", authority)]
        if given.allSatisfy({ $0.1 == nil }) {
            guard revocationList == nil else { throw ConfigurationError("tls-crl", "is of no use without --tls-certificate, --tls-key and --tls-ca") }
            return nil
        }
        for (flag, value) in given where value == nil {
            throw ConfigurationError(flag, "is missing: TLS wants --tls-certificate, --tls-key and --tls-ca")
        }
        guard let certificate, let key, let authority else { return nil }
        return TLSFiles(certificate: certificate, key: key, authority: authority, revocationList: revocationList)
    }

    private static func hopProtocol(_ text: String) throws(ConfigurationError) -> ClientProtocol {
        switch text {
        case "http2": .http2
        case "http1.1": .http1
        default: throw ConfigurationError("hop-protocol", "\(text) is neither http2 nor http1.1")
        }
    }

    private static func root(_ flag: String, _ text: String?) throws(ConfigurationError) -> String? {
        guard let text else { return nil }
        do throws(AddressError) { return try APIRoot(parsing: text).description } catch { throw ConfigurationError(flag, error.reason) }
    }

    private static func name(_ flag: String, _ text: String) throws(ConfigurationError) -> String {
        guard 1...255 ~= text.utf8.count, text.utf8.allSatisfy(ASCII.isVisible) else {
            throw ConfigurationError(flag, "is not 1 to 255 printable ASCII characters without spaces")
        }
        return text
    }

    private static func level(_ text: String) throws(ConfigurationError) -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            throw ConfigurationError("log-level", "\(text) is none of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return level
    }

    private static func format(_ text: String) throws(ConfigurationError) -> LogFormat {
        guard let format = LogFormat(rawValue: text) else { throw ConfigurationError("log-format", "\(text) is neither json nor text") }
        return format
    }
}

extension SocketAddress {
    var isLocalSocket: Bool { description.utf8.starts(with: "unix:".utf8) }
}
