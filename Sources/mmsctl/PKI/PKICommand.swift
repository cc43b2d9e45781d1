internal import ArgumentParser
internal import Base
internal import PKI

struct PKICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pki", abstract: "Makes certificates for a laboratory, with one CA for each MC system.",
        discussion: "Exit codes: 0 done; 1 not done or, with inspect, an item has expired or cannot be read.",
        subcommands: [Init.self, Issue.self, Revoke.self, List.self, Inspect.self])

    /// An error of the PKI as the line that the operator reads.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        static func explaining<Result>(_ body: () throws(PKIError) -> Result) throws(Failure) -> Result {
            do throws(PKIError) { return try body() } catch { throw Failure(description: error.reason) }
        }
    }

    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a CA that vouches for the names of one system only.",
            discussion: "Writes ca.crt, ca.key (mode 0600), ca.crl, index.txt and crlnumber. A file that is there is never overwritten.")

        @OptionGroup var options: AuthorityOptions

        @Option(help: ArgumentHelp("The MC system, as in --system-id.", valueName: "NAME"))
        var system: String

        @Option(help: "The validity of the CA in days.")
        var days = 3_650

        @Option(name: .customLong("crl-days"), help: "The validity of the first revocation list in days.")
        var listDays = 30

        @Flag(inversion: .prefixedNo, help: "Whether the CA also vouches for localhost, 127.0.0.1 and ::1.")
        var loopback = true

        @Option(
            name: .customLong("permit-name"),
            help: ArgumentHelp("A further domain that it vouches for, with all names below it; repeatable.", valueName: "DOMAIN"))
        var names: [String] = []

        @Option(
            name: .customLong("permit-ip"),
            help: ArgumentHelp("A further address or network that it vouches for; repeatable.", valueName: "ADDRESS[/BITS]"))
        var networks: [String] = []

        func run() throws {
            let plan = AuthorityPlan(
                system: system, days: days, permitsLoopback: loopback, names: names, networks: networks, listDays: listDays)
            let facts = try Failure.explaining { () throws(PKIError) in try options.authority.create(plan) }
            print("\(options.authority.certificatePath)\n\(PKIReport.text(facts, now: .now()))")
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revokes a certificate and writes a new revocation list.")

        @OptionGroup var options: AuthorityOptions

        @Option(help: ArgumentHelp("The certificate to revoke.", valueName: "FILE"))
        var certificate: String?

        @Option(help: ArgumentHelp("The serial number of the certificate, as inspect shows it.", valueName: "HEX"))
        var serial: String?

        @Option(help: ArgumentHelp("Why it is revoked: \(RevocationReason.allCases.map(\.name).joined(separator: ", ")).", valueName: "REASON"))
        var reason = RevocationReason.unspecified.name

        @Option(name: .customLong("crl-days"), help: "The validity of the new list in days.")
        var listDays = 30

        func validate() throws {
            guard (certificate == nil) != (serial == nil) else { throw ValidationError("give either --certificate or --serial") }
            guard RevocationReason(name: reason) != nil else {
                throw ValidationError("--reason is one of \(RevocationReason.allCases.map(\.name).joined(separator: ", "))")
            }
        }

        func run() throws {
            let reason = RevocationReason(name: reason) ?? .unspecified
            let facts = try Failure.explaining { () throws(PKIError) in
                if let certificate { return try options.authority.revoke(certificateAt: certificate, reason: reason, listDays: listDays) }
                return try options.authority.revoke(try SerialNumber(hex: serial ?? ""), reason: reason, listDays: listDays)
            }
            print("\(options.authority.revocationListPath)\n\(PKIReport.text(facts, now: .now()))")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "crl", abstract: "Writes a new revocation list before the old one runs out.")

        @OptionGroup var options: AuthorityOptions

        @Option(name: .customLong("crl-days"), help: "The validity of the list in days.")
        var listDays = 30

        func run() throws {
            let facts = try Failure.explaining { () throws(PKIError) in try options.authority.renewList(days: listDays) }
            print("\(options.authority.revocationListPath)\n\(PKIReport.text(facts, now: .now()))")
        }
    }
}
