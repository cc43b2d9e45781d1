internal import ArgumentParser
internal import Base
internal import PKI

struct PKICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pki", abstract: "A laboratory's certificates: one CA for each MC system.",
        discussion: "Exit codes: 0 done, 1 not done or (inspect) something has expired or cannot be read.",
        subcommands: [Init.self, Issue.self, Revoke.self, List.self, Inspect.self])

    /// `--directory`, as every subcommand that works on a CA has it.
    struct Place: ParsableArguments {
        @Option(help: ArgumentHelp("The CA's directory.", valueName: "DIR"))
        var directory: String

        var authority: CertificateAuthority { CertificateAuthority(directory: directory, clock: Timestamp.now) }
    }

    /// Turns an error into the line that the operator reads.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        static func explaining<Result>(_ body: () throws(PKIError) -> Result) throws(Failure) -> Result {
            do throws(PKIError) { return try body() } catch { throw Failure(description: error.reason) }
        }
    }

    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a CA that vouches for one system's names and for nobody else's.",
            discussion: "Writes ca.crt, ca.key (mode 0600), ca.crl, index.txt and crlnumber. What is there is never overwritten.")

        @OptionGroup var place: Place

        @Option(help: ArgumentHelp("The MC system, as in --system-id.", valueName: "NAME"))
        var system: String

        @Option(help: "For how long.")
        var days = 3_650

        @Option(name: .customLong("crl-days"), help: "How long the first revocation list is good.")
        var listDays = 30

        @Flag(inversion: .prefixedNo, help: "Whether it also vouches for localhost, 127.0.0.1 and ::1.")
        var loopback = true

        @Option(name: .customLong("permit-name"), help: ArgumentHelp("A further domain, with all below it; repeatable.", valueName: "DOMAIN"))
        var names: [String] = []

        @Option(name: .customLong("permit-ip"), help: ArgumentHelp("A further address or network; repeatable.", valueName: "ADDRESS[/BITS]"))
        var networks: [String] = []

        func run() throws {
            let plan = AuthorityPlan(
                system: system, days: days, permitsLoopback: loopback, names: names, networks: networks, listDays: listDays)
            let facts = try Failure.explaining { () throws(PKIError) in try place.authority.create(plan) }
            print("\(place.authority.certificatePath)\n\(PKIReport.text(facts, now: .now()))")
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revokes a certificate and writes a new revocation list.")

        @OptionGroup var place: Place

        @Option(help: ArgumentHelp("The certificate.", valueName: "FILE"))
        var certificate: String?

        @Option(help: ArgumentHelp("Its serial number, as inspect shows it.", valueName: "HEX"))
        var serial: String?

        @Option(help: ArgumentHelp("\(RevocationReason.allCases.map(\.name).joined(separator: ", ")).", valueName: "REASON"))
        var reason = RevocationReason.unspecified.name

        @Option(name: .customLong("crl-days"), help: "How long the new list is good.")
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
                if let certificate { return try place.authority.revoke(certificateAt: certificate, reason: reason, listDays: listDays) }
                return try place.authority.revoke(try SerialNumber(hex: serial ?? ""), reason: reason, listDays: listDays)
            }
            print("\(place.authority.revocationListPath)\n\(PKIReport.text(facts, now: .now()))")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "crl", abstract: "Writes a new revocation list before the old one runs out.")

        @OptionGroup var place: Place

        @Option(name: .customLong("crl-days"), help: "How long it is good.")
        var listDays = 30

        func run() throws {
            let facts = try Failure.explaining { () throws(PKIError) in try place.authority.renewList(days: listDays) }
            print("\(place.authority.revocationListPath)\n\(PKIReport.text(facts, now: .now()))")
        }
    }
}
