internal import ArgumentParser

/// What happened to the command, for scripts.
enum Exit {
    static let notAsItShouldBe = ExitCode(1)
    static let unavailable = ExitCode(6)
}
