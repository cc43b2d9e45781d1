internal import ArgumentParser

/// The exit codes of the process, for scripts.
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
        case .done: "done"
        case .failed: "failed in another way (server error or fault), or several registrations failed in different ways"
        case .refused: "refused (403 and other 4xx or 6xx)"
        case .networkNotAuthenticated: "the network did not authenticate itself: the MAC of its challenge is not made with this K"
        case .noAnswer: "no answer in time, or no connection"
        case .notSynchronised: "the challenge is not fresh, even after resynchronisation"
        case .usage: "wrong flags, or an ISIM file that cannot be used"
        }
    }

    var exitCode: ExitCode { ExitCode(rawValue) }

    /// The table of exit codes in `--help`.
    static var table: String {
        "EXIT CODES:\n" + allCases.map { "  \($0.rawValue)\($0.rawValue < 10 ? " " : "")  \($0.meaning)" }.joined(separator: "\n")
    }
}
