import Foundation

/// The judge: the `openssl` command line, which reads our files with its own eyes.
struct OpenSSLTool {
    let status: Int32
    /// Standard output and standard error.
    let output: String

    var succeeded: Bool { status == 0 }

    init(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }

    static var isInstalled: Bool { (try? OpenSSLTool("version"))?.succeeded ?? false }
}
