internal import ArgumentParser

/// The exit codes, for scripts.
enum Exit {
    static let notAsItShouldBe = ExitCode(1)
    static let unavailable = ExitCode(6)
}
