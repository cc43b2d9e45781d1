internal import ArgumentParser
internal import HTTPKit

struct RegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Registers a user, or many, in a SIP core.", discussion: UEExitCode.table)

    @OptionGroup var options: RegistrationOptions

    @Option(help: "The seconds that the registration is to hold.")
    var expires: UInt32 = Limits.expiresSeconds

    func validate() throws {
        guard expires > 0 else { throw ValidationError("--expires 0 is what deregister is for") }
    }

    func run() async throws { try await RegistrationProgram(options, expiresSeconds: expires).run() }
}
