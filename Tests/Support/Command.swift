internal import Foundation

/// What a command of this machine printed, and how it ended.
package struct Command: Sendable {
    package let status: Int32
    /// Standard output and standard error.
    package let output: String

    package init(status: Int32, output: String) {
        self.status = status
        self.output = output
    }

    package var succeeded: Bool { status == 0 }

    /// Runs a command to its end.
    ///
    /// - Parameter input: what the command reads from standard input; nil gives it nothing.
    package static func run(_ path: String, _ arguments: [String], in directory: TemporaryDirectory? = nil, input: String? = nil) throws -> Command {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        if let directory { process.currentDirectoryURL = directory.url }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        let inputPipe = input.map { _ in Pipe() }
        if let inputPipe { process.standardInput = inputPipe } else { process.standardInput = FileHandle.nullDevice }
        try process.run()
        if let input, let inputPipe {
            // Less than a pipe holds, so that nobody waits; a program that has ended already is no error here.
            try? inputPipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try? inputPipe.fileHandleForWriting.close()
        }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Command(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }

    /// Where a program is, or nil.
    package static func path(of program: String) -> String? {
        ["/usr/bin", "/usr/local/bin", "/bin"].map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
