import Base
import Foundation
import Support
import Testing

/// A built service, started as its operator would, on free ports.
final class ServiceProcess: @unchecked Sendable {
    // Safety (@unchecked): the log is guarded by a lock, the rest is set once.
    struct Ready: Decodable {
        let service: String
        let listen: String
        let admin: String
        let sip: [String]?
    }

    let name: String
    let ready: Ready
    private let process: Process
    private let lock = NSLock()
    private var lines: [String] = []

    /// The folder of the package.
    static let root = Checkout.root

    /// The folder of the binaries: `MC_BIN`, or where this test was built.
    static let binaries: URL = {
        let folder = ProcessInfo.processInfo.environment["MC_BIN"] ?? ".build/debug"
        return folder.hasPrefix("/") ? URL(filePath: folder) : root.appending(path: folder)
    }()

    init(_ name: String, _ flags: [String], in directory: TemporaryDirectory) async throws {
        self.name = name
        process = Process()
        process.executableURL = ServiceProcess.binaries.appending(path: name)
        process.arguments = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"] + flags
        process.currentDirectoryURL = directory.url
        process.standardOutput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardError = pipe
        try process.run()
        var pending = Data()
        var found: Ready?
        var seen: [String] = []
        while found == nil {
            let chunk = pipe.fileHandleForReading.availableData
            guard !chunk.isEmpty else { throw Failure(reason: "\(name) ended before it was ready: \(seen.joined(separator: "\n"))") }
            pending.append(chunk)
            while let end = pending.firstIndex(of: 0x0a) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending = Data(pending[(end + 1)...])
                seen.append(line)
                if line.contains(#""event":"ready""#) { found = try JSONDecoder().decode(Ready.self, from: Data(line.utf8)) }
            }
        }
        guard let found else { throw Failure(reason: "\(name) is not ready") }
        ready = found
        lines = seen
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let chunk = handle.availableData
            if chunk.isEmpty { handle.readabilityHandler = nil } else { self?.keep(chunk) }
        }
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    struct Failure: Error, CustomStringConvertible {
        let reason: String
        var description: String { reason }
    }

    var api: String { "http://\(ready.listen)" }
    var admin: String { "http://\(ready.admin)" }
    var log: String { lock.withLock { lines.joined(separator: "\n") } }

    private func keep(_ chunk: Data) { lock.withLock { lines.append(String(decoding: chunk, as: UTF8.self)) } }

    /// Sends a signal that does not end the process.
    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// How often a text occurs in the log.
    func logCount(_ text: String) -> Int { log.components(separatedBy: text).count - 1 }

    /// Ends the process.
    ///
    /// - Returns: its exit status.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        if process.isRunning { kill(process.processIdentifier, signal) }
        process.waitUntilExit()
        return process.terminationStatus
    }
}
