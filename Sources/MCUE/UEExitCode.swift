internal import ArgumentParser

/// How the process ends, for scripts.
enum UEExitCode: Int32, CaseIterable, Sendable {
    case done = 0
    case failed = 1
    case refused = 3
    case networkNotAuthenticated = 4
    case noAnswer = 5
    case notSynchronised = 6
    case usage = 64

    var meaning: String {
        switch self {
        case .done: "all done"
        case .failed: "failed otherwise (server error or fault), or several registrations failed in different ways"
        case .refused: "refused (403 and other 4xx or 6xx)"
        case .networkNotAuthenticated: "network authentication failed: the challenge's MAC is not from the holder of K"
        case .noAnswer: "no answer in time, or no connection"
        case .notSynchronised: "synchronisation failed"
        case .usage: "usage"
        }
    }

    var exitCode: ExitCode { ExitCode(rawValue) }

    /// For `--help`.
    static var table: String {
        "EXIT CODES:\n" + allCases.map { "  \($0.rawValue)\($0.rawValue < 10 ? " " : "")  \($0.meaning)" }.joined(separator: "\n")
    }
}
