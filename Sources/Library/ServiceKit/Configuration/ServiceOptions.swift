package import ArgumentParser

/// The flags that every service has, for an `@OptionGroup`.
package struct ServiceOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("The address to take signalling at. Port 0 picks a free port. (default: \(HelpText.listen))", valueName: "HOST:PORT"))
    package var listen: String?

    @Option(
        help: ArgumentHelp(
            "The address to take administration at: loopback or a Unix socket. (default: \(HelpText.adminListen))", valueName: "HOST:PORT|unix:PATH"))
    package var adminListen: String?

    @Option(
        name: .customLong("system-id"),
        help: ArgumentHelp("The name of the MC system that this service belongs to. (default: local)", valueName: "NAME"))
    package var systemID: String?

    @Option(
        help: ArgumentHelp(
            "A file with settings: a JSON object whose members are named like the flags. Flags and MC_… variables win over it. (default: none)",
            valueName: "FILE"))
    package var config: String?

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical. (default: info)", valueName: "LEVEL"))
    package var logLevel: String?

    @Option(help: ArgumentHelp("The form of log lines: json or text. (default: json)", valueName: "FORMAT"))
    package var logFormat: String?

    @Option(
        name: .customLong("tls-certificate"),
        help: ArgumentHelp(
            "The certificate of this service in PEM, followed by those between it and its authority. (default: none, plain HTTP)", valueName: "FILE"))
    package var tlsCertificate: String?

    @Option(name: .customLong("tls-key"), help: ArgumentHelp("The private key of the certificate, in PEM. (default: none)", valueName: "FILE"))
    package var tlsKey: String?

    @Option(
        name: .customLong("tls-ca"), help: ArgumentHelp("The authorities whose certificates are believed, in PEM. (default: none)", valueName: "FILE")
    )
    package var tlsCA: String?

    @Option(
        name: .customLong("tls-crl"),
        help: ArgumentHelp(
            "The revocation lists of these authorities, in PEM. A certificate is believed only while its authority's list is valid. (default: none)",
            valueName: "FILE"))
    package var tlsCRL: String?

    @Option(help: ArgumentHelp("The protocol spoken to the next hop: http2 or http1.1. (default: http2)", valueName: "PROTOCOL"))
    package var hopProtocol: String?

    @Option(help: ArgumentHelp("Laboratory only: callers without TLS count as this system. (default: none)", valueName: "SYSTEM"))
    package var insecurePeerAs: String?

    @Flag(help: "Laboratory only: listen beyond loopback without TLS. (default: off)")
    package var insecureAnyAddress = false

    package init() {}
}
