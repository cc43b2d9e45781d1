internal import ArgumentParser

struct UECommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mc-ue",
        abstract: "A mission-critical UE: software ISIM and signalling user agent.",
        discussion: UEExitCode.table,
        version: "mc-ue \(UEVersion.number)",
        subcommands: [RegisterCommand.self, DeregisterCommand.self, RespondCommand.self])
}
