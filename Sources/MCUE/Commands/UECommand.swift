internal import ArgumentParser
internal import Base

struct UECommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mc-ue",
        abstract: "A mission-critical UE: software ISIM and signalling user agent.",
        discussion: UEExitCode.table,
        version: ProgramVersion.line("mc-ue"),
        subcommands: [RegisterCommand.self, DeregisterCommand.self, RespondCommand.self])
}
