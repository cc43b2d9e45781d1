internal import ArgumentParser

struct Trace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows registrations as ladders, like figure 10.1.6.2-1 of TS 23.280.", subcommands: [Show.self, List.self])
}
