import Foundation
import Support

/// A built program as a process whose output goes to files, so that it is all there once the process has ended.
final class ProgramRun {
    private let process = Process()
    private let errors: URL
    private let results: URL

    /// - Parameters:
    ///   - environment: added to that of the tests.
    ///   - allowsCore: whether the shell that starts the program allows core files of any size.
    init(_ name: String, _ arguments: [String], environment: [String: String] = [:], allowsCore: Bool = false, in directory: TemporaryDirectory)
        throws
    {
        errors = URL(filePath: try directory.write("\(name).stderr", ""))
        results = URL(filePath: try directory.write("\(name).stdout", ""))
        process.executableURL = URL(filePath: "/bin/sh")
        let core = allowsCore ? "ulimit -c unlimited 2>/dev/null; " : ""
        process.arguments = ["-c", "\(core)exec \"$0\" \"$@\"", ServiceProcess.binaries.appending(path: name).path()] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = directory.url
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardOutput = try FileHandle(forWritingTo: results)
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Standard error up to now.
    var errorText: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }
    var resultText: String { (try? String(contentsOf: results, encoding: .utf8)) ?? "" }

    /// The ready line of a service; nil before it is written.
    var ready: ServiceProcess.Ready? {
        errorText.split(separator: "\n").lazy.filter { $0.contains(#""event":"ready""#) }
            .compactMap { try? JSONDecoder().decode(ServiceProcess.Ready.self, from: Data($0.utf8)) }.first
    }

    /// Ends the program with a signal.
    ///
    /// - Returns: the signal that it died of; nil where it ended by itself.
    func end(_ signal: Int32) -> Int32? {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil
    }
}
