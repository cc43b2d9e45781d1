import Base
import HTTPKit
import Logging
import Testing

@testable import ServiceKit

@Suite struct LogTests {
    private let lines = Lines()

    private func logger(_ format: LogFormat, level: Logger.Level = .info) -> Logger {
        Logger(label: "authdb") { label in LineLogHandler(.test(label, format), level: level, output: lines.output) }
    }

    @Test func `a JSON line has its time, level, message, service and metadata`() {
        logger(.json).notice("drained", metadata: ["status": .stringConvertible(200), "trace": "0af7"])
        #expect(
            lines.all == [
                #"{"ts":"2026-11-23T22:42:57.000042Z","level":"notice","msg":"drained","service":"authdb","status":200,"trace":"0af7"}"# + "\n"
            ])
    }

    @Test func `a text line reads from left to right`() {
        logger(.text).warning("slow", metadata: ["peer": "127.0.0.1:1"])
        #expect(lines.all == ["2026-11-23T22:42:57.000042Z warning authdb: slow peer=127.0.0.1:1\n"])
    }

    @Test func `what is below the level is not written`() {
        logger(.json, level: .error).warning("no")
        #expect(lines.all.isEmpty)
    }

    @Test(arguments: [LogFormat.json, .text])
    func `nothing that is logged begins a line of its own`(format: LogFormat) {
        let evil = "x\n{\"level\":\"info\"}\r\u{0}\u{1b}[31m\u{7f}\u{85}\u{9b}2J\u{2028}\u{202e}\u{2066}"
        logger(format).error("\(evil)", metadata: ["\(evil)": "\(evil)", "list": ["\(evil)"]])
        #expect(lines.all.count == 1)
        let line = Array((lines.all.first ?? "").unicodeScalars)
        #expect(line.last == "\n")
        let controls = line.dropLast().filter { scalar in
            scalar.value < 0x20 || 0x7f...0x9f ~= scalar.value || 0x2028...0x202e ~= scalar.value || 0x2066...0x2069 ~= scalar.value
        }
        #expect(controls.isEmpty)
    }

    @Test func `metadata cannot pose as a line's own members`() throws {
        logger(.json).info("m", metadata: ["level": "error", "ts": "x", "event": "ready"])
        let line = try JSONValue(Array((lines.all.first ?? "").utf8))
        #expect(line["level"]?.string == "info")
        #expect(line["metadata.level"]?.string == "error")
        #expect(line["event"] == nil)
    }

    @Test(arguments: [LogFormat.json, .text])
    func `a line stays within what a pipe takes in one piece`(format: LogFormat) throws {
        let long = String(repeating: "\"\u{1}", count: 10_000)
        let pairs = (0..<50).map { ("k\($0)", Logger.MetadataValue.string(long)) }
        logger(format).error("\(long)", metadata: Logger.Metadata(uniqueKeysWithValues: pairs))
        let line = Array((lines.all.first ?? "").utf8)
        #expect(line.count <= 4_096)
        if format == .json { #expect(try JSONValue(line)["isCut"]?.bool == true) }
    }

    @Test func `the metadata of an event wins over that of its logger`() {
        var logger = logger(.text)
        logger[metadataKey: "a"] = "1"
        logger.info("m", metadata: ["a": "2"])
        #expect(lines.all.first?.hasSuffix("m a=2\n") == true)
    }
}
