package import ArgumentParser

/// The flags every service has, for an `@OptionGroup`.
package struct ServiceOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Where to take signalling. Port 0 picks a free one.", valueName: "HOST:PORT"))
    package var listen: String?

    @Option(help: ArgumentHelp("Where to take administration: loopback or a Unix socket only.", valueName: "HOST:PORT|unix:PATH"))
    package var adminListen: String?

    @Option(name: .customLong("system-id"), help: ArgumentHelp("The name of the MC system this service belongs to.", valueName: "NAME"))
    package var systemID: String?

    @Option(help: ArgumentHelp("A JSON object whose members are named like the flags. Flags and MC_… variables win over it.", valueName: "FILE"))
    package var config: String?

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "LEVEL"))
    package var logLevel: String?

    @Option(help: ArgumentHelp("json or text.", valueName: "FORMAT"))
    package var logFormat: String?

    @Option(
        name: .customLong("tls-certificate"), help: ArgumentHelp("Our certificate, PEM, and those between it and its authority.", valueName: "FILE"))
    package var tlsCertificate: String?

    @Option(name: .customLong("tls-key"), help: ArgumentHelp("The certificate's private key, PEM.", valueName: "FILE"))
    package var tlsKey: String?

    @Option(name: .customLong("tls-ca"), help: ArgumentHelp("The authorities whose certificates we believe, PEM.", valueName: "FILE"))
    package var tlsCA: String?

    @Option(
        name: .customLong("tls-crl"),
        help: ArgumentHelp(
            "What these authorities have revoked, PEM; without a current list of its authority no certificate counts.", valueName: "FILE"))
    package var tlsCRL: String?

    @Option(help: ArgumentHelp("What we speak to the next hop: http2 or http1.1.", valueName: "PROTOCOL"))
    package var hopProtocol: String?

    @Option(help: ArgumentHelp("Laboratory only: callers without TLS count as this system.", valueName: "SYSTEM"))
    package var insecurePeerAs: String?

    @Flag(help: "Laboratory only: listen without TLS on other than loopback addresses, too.")
    package var insecureAnyAddress = false

    package init() {}
}
