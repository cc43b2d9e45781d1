internal import ArgumentParser

/// The exit codes, for scripts.
enum Exit {
    static let notAsItShouldBe = ExitCode(1)
    /// Nobody knows what was asked for.
    static let notFound = ExitCode(3)
    static let unavailable = ExitCode(6)
}
