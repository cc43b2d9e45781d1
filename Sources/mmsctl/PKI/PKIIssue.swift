internal import ArgumentParser
internal import Base
internal import PKI

extension PKICommand {
    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issues a certificate with a new key for a service.",
            discussion: """
                Writes DIR/SERVICE.crt and DIR/SERVICE.key (mode 0600), or PREFIX.crt and PREFIX.key; what was there is replaced. The names \
                are the system's, SERVICE.SYSTEM and, unless the CA was made with --no-loopback, localhost, 127.0.0.1 and ::1.
                """)

        /// What `--service all` stands for.
        private static let services = ["authdb", "primary-mms", "partner-mms", "sip-core-stub"]

        @OptionGroup var place: Place

        @Option(help: ArgumentHelp("One label, or all for \(services.joined(separator: ", ")).", valueName: "SERVICE"))
        var service: String

        @Option(name: .customLong("name"), help: ArgumentHelp("A further domain name; repeatable.", valueName: "HOST"))
        var names: [String] = []

        @Option(name: .customLong("ip"), help: ArgumentHelp("A further IP address; repeatable.", valueName: "ADDRESS"))
        var addresses: [String] = []

        @Option(help: "For how long, but not for longer than the CA.")
        var days = 90

        @Option(help: ArgumentHelp("Where to write, without .crt and .key.", valueName: "PREFIX"))
        var out: String?

        @Flag(help: "The holder may only call.")
        var clientOnly = false

        @Flag(help: "The holder may only be called.")
        var serverOnly = false

        @Option(parsing: .unconditional, help: ArgumentHelp("For tests: valid from so many seconds from now, may be negative.", visibility: .hidden))
        var notBefore: Int64?

        @Option(parsing: .unconditional, help: ArgumentHelp("For tests: valid until so many seconds from now, may be negative.", visibility: .hidden))
        var notAfter: Int64?

        func validate() throws {
            if clientOnly, serverOnly { throw ValidationError("--client-only and --server-only leave nothing") }
            if service == "all", out != nil { throw ValidationError("--out is for one service") }
        }

        func run() throws {
            for service in service == "all" ? Issue.services : [service] {
                let issued = try Failure.explaining { () throws(PKIError) in try place.authority.issue(try order(for: service)) }
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
