internal import ArgumentParser

struct DeregisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deregister", abstract: "Takes a user's registration back; without --contact, from every contact.", discussion: UEExitCode.table)

    @OptionGroup var options: RegistrationOptions

    func run() async throws { try await RegistrationProgram(options, expiresSeconds: 0).run() }
}
