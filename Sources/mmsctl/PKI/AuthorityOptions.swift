internal import ArgumentParser
internal import Base
internal import PKI

/// The flag `--directory` of all subcommands that work on a CA.
struct AuthorityOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The directory of the CA.", valueName: "DIR"))
    var directory: String

    var authority: CertificateAuthority { CertificateAuthority(directory: directory, clock: Timestamp.now) }
}
