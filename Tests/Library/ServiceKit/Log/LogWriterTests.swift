import Base
import HTTPKit
import Logging
import Support
import Testing

@testable import ServiceKit

/// The thread that writes the log, and what becomes of lines when it cannot.
@Suite struct LogWriterTests {
    /// An output like a full pipe: it blocks until somebody reads.
    private final class Pipe: Sendable {
        private let written = Lines()
        private let isRead = Guarded(false)

        var output: LineOutput {
            LineOutput { line in
                self.isRead.withLock { _ in }
                _ = self.written.output.write(line)
            }
        }

        /// Runs `body` while nobody reads.
        func whileFull(_ body: () throws -> Void) rethrows { try isRead.withLock { (_: inout Bool) throws in try body() } }

        var lines: [String] { written.all }
    }

    private func logger(_ log: LogWriter, level: Logger.Level = .info) -> Logger {
        Logger(label: "authdb") { LineLogHandler(.test($0, .json), level: level, output: log.output, admits: log.admits) }
    }

    private func counts(_ lines: [String], _ message: String) throws -> [Int] {
        try lines.map { try JSONValue(Array($0.utf8)) }.filter { $0["msg"]?.string == message }.compactMap { $0["count"]?.int }
    }

    @Test func `lines are written in the order in which they came`() {
        let lines = Lines()
        let log = LogWriter(lines.output, .test())
        for number in 0..<1_000 { _ = log.output.write(Array("\(number)\n".utf8)) }
        log.close()
        #expect(lines.all == (0..<1_000).map { "\($0)\n" })
        #expect(log.droppedCount == 0)
    }

    @Test func `nobody who logs waits for whoever reads the log, and what does not fit is dropped, counted and told in one line`() throws {
        let pipe = Pipe()
        let log = LogWriter(pipe.output, .test(), bytesMax: 10_000)
        let line = Array(String(repeating: "x", count: 99).utf8) + [UInt8(ascii: "\n")]
        var taken = 0
        pipe.whileFull { for _ in 0..<100_000 where log.output.write(line) { taken += 1 } }
        #expect(taken == 10_000 / 164, "the bound is on memory")
        #expect(log.droppedCount == 100_000 - taken)
        log.close()
        #expect(pipe.lines.count { $0 == String(decoding: line, as: UTF8.self) } == taken)
        // One line if the thread woke before the first line was dropped, else two: at most one in a second, and one at the end.
        let told = try counts(pipe.lines.filter { $0.hasPrefix("{") }, "log lines dropped")
        #expect(told.count <= 2 && told.reduce(0, +) == 100_000 - taken, "\(told)")
    }

    @Test func `after a stall lines are written again`() async throws {
        let pipe = Pipe()
        let log = LogWriter(pipe.output, .test(), bytesMax: 1_000)
        let line = Array("again\n".utf8)
        pipe.whileFull { for _ in 0..<1_000 { _ = log.output.write(line) } }
        #expect(await eventually { log.output.write(line) })
        log.close()
        #expect(pipe.lines.contains("again\n"))
    }

    @Test func `closing waits no longer than a moment for whoever does not read`() {
        let pipe = Pipe()
        let log = LogWriter(pipe.output, .test())
        pipe.whileFull {
            _ = log.output.write(Array("never read\n".utf8))
            log.close()
            #expect(!log.output.write(Array("too late\n".utf8)), "a closed log takes nothing")
        }
        #expect(log.droppedCount == 1)
    }

    @Test func `lines that cannot be written are counted as dropped`() {
        let log = LogWriter(.trying { _ in false }, .test())
        for _ in 0..<10 { _ = log.output.write(Array("x\n".utf8)) }
        log.close()
        #expect(log.droppedCount == 10)
    }

    @Test func `a hundred thousand lines of a kind become a few, and a count of what was left out`() throws {
        let lines = Lines()
        let log = LogWriter(lines.output, .test())
        let logger = logger(log)
        for number in 0..<100_000 { logger.info("SIP message refused", metadata: ["status": "400", "reason": "\(number)"]) }
        logger.error("something else")
        log.close()
        let written = lines.all.count { $0.contains(#""msg":"SIP message refused""#) }
        #expect(written >= 5)
        #expect(log.leftOutCount == 100_000 - written)
        #expect(try counts(lines.all, "lines left out").reduce(0, +) == log.leftOutCount)
        #expect(lines.all.contains { $0.contains("lines left out") && $0.contains(#""of":"SIP message refused","status":"400""#) })
        #expect(lines.all.contains { $0.contains("something else") })
    }

    @Test func `what was left out is told although no further line comes`() async throws {
        let lines = Lines()
        let log = LogWriter(lines.output, .test())
        let logger = logger(log)
        for _ in 0..<8 { logger.warning("connection refused") }
        #expect(await eventually { lines.all.contains { $0.contains("lines left out") } })
        #expect(try counts(lines.all, "lines left out") == [3])
    }

    @Test func `an operator who asks for debug lines gets all of them`() {
        let lines = Lines()
        let log = LogWriter(lines.output, .test())
        let logger = logger(log, level: .trace)
        for _ in 0..<50 { logger.debug("served") }
        for _ in 0..<50 { logger.trace("served") }
        log.close()
        #expect(lines.all.count == 100)
    }
}
