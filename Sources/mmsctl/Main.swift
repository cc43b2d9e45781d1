internal import ArgumentParser

@main struct MMSCtl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mmsctl", abstract: "The operator's command line.", version: "mmsctl 0.1.0",
        subcommands: [Trace.self, Health.self, PKICommand.self])
}
