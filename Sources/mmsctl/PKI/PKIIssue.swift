internal import ArgumentParser
internal import Base
internal import PKI

extension PKICommand {
    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issues a certificate with a new key for a service.",
            discussion: """
                Writes DIR/SERVICE.crt and DIR/SERVICE.key (mode 0600), or PREFIX.crt and PREFIX.key; files that are there are replaced. The names \
                are that of the system, SERVICE.SYSTEM and, unless the CA was made with --no-loopback, localhost, 127.0.0.1 and ::1.
                """)

        /// The services that `--service all` stands for.
        private static let services = ["authdb", "primary-mms", "partner-mms", "sip-core-stub"]

        @OptionGroup var options: AuthorityOptions

        @Option(
            help: ArgumentHelp("The service, one label of a domain name; all stands for \(services.joined(separator: ", ")).", valueName: "SERVICE"))
        var service: String

        @Option(name: .customLong("name"), help: ArgumentHelp("A further domain name of the service; repeatable.", valueName: "HOST"))
        var names: [String] = []

        @Option(name: .customLong("ip"), help: ArgumentHelp("A further IP address of the service; repeatable.", valueName: "ADDRESS"))
        var addresses: [String] = []

        @Option(help: "The validity in days. It ends no later than that of the CA.")
        var days = 90

        @Option(help: ArgumentHelp("The path of the files to write, without .crt and .key. (default: DIR/SERVICE)", valueName: "PREFIX"))
        var out: String?

        @Flag(help: "The holder may only call others.")
        var clientOnly = false

        @Flag(help: "The holder may only be called by others.")
        var serverOnly = false

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("For tests: the seconds from now to the beginning of the validity. May be negative.", valueName: "SECONDS"))
        var notBefore: Int64?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "For tests: the seconds from now to the end of the validity, instead of --days. May be negative.", valueName: "SECONDS"))
        var notAfter: Int64?

        func validate() throws {
            if clientOnly, serverOnly { throw ValidationError("--client-only and --server-only exclude each other") }
            if service == "all", out != nil { throw ValidationError("--out is for one service") }
        }

        func run() throws {
            for service in service == "all" ? Issue.services : [service] {
                let issued = try Failure.explaining { () throws(PKIError) in try options.authority.issue(try order(for: service)) }
                print("\(issued.certificatePath)\n\(issued.keyPath)\n\(PKIReport.text(issued.facts, now: .now()))")
            }
        }

        private func order(for service: String) throws(PKIError) -> CertificateOrder {
            var order = CertificateOrder(service: service)
            order.names = names
            order.addresses = addresses
            order.usage = clientOnly ? .clientOnly : serverOnly ? .serverOnly : .serverAndClient
            if let notBefore { order.notBefore = .seconds(notBefore) }
            let period = try CertificateOrder.period(days: days)
            order.notAfter = notAfter.map { .seconds($0) } ?? period
            order.prefix = out
            return order
        }
    }
}
