internal import ArgumentParser
internal import Base

@main struct MMSCtl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mmsctl", abstract: "The operator's command line.", version: ProgramVersion.line("mmsctl"),
        subcommands: [Trace.self, Health.self, PKICommand.self])

    static func main() async {
        CrashSilence.beginOrExit()
        await main(nil)
    }
}
