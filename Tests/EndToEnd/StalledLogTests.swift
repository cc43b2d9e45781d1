import Base
import Foundation
import Support
import Testing

/// A service whose standard error is a pipe that nobody reads.
@Suite(.serialized) struct StalledLogTests {
    /// A pipe as small as the kernel allows, of which this test reads only what it asks for.
    private final class Pipe {
        let reading: FileHandle
        let writing: FileHandle

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw ServiceProcess.Failure(reason: "no pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            // The pipe gets its smallest size, one page, so that few lines fill it. Glibc does not tell Swift of F_SETPIPE_SZ.
            let setSize: Int32 = 1031
            guard fcntl(ends[1], setSize, 4_096) >= 4_096 else { throw ServiceProcess.Failure(reason: "the pipe keeps its size") }
            reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
            writing = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        }

        /// Whether a line of the usual length does not fit.
        var isFull: Bool {
            var waiting = pollfd(fd: writing.fileDescriptor, events: Int16(POLLOUT), revents: 0)
            return poll(&waiting, 1, 0) == 0
        }

        /// Reads until the ready line has come, and then no more.
        func ready() throws -> ServiceProcess.Ready {
            var text = Data()
            while true {
                var incoming = pollfd(fd: reading.fileDescriptor, events: Int16(POLLIN), revents: 0)
                // The test holds the writing end too, so that the end of the process is no end of the pipe.
                guard poll(&incoming, 1, 10_000) > 0 else {
                    throw ServiceProcess.Failure(reason: "not ready: \(String(decoding: text, as: UTF8.self))")
                }
                let chunk = reading.availableData
                guard !chunk.isEmpty else { throw ServiceProcess.Failure(reason: "not ready: \(String(decoding: text, as: UTF8.self))") }
                text.append(chunk)
                for line in text.split(separator: 0x0a) where String(decoding: line, as: UTF8.self).contains(#""event":"ready""#) {
                    if let ready = try? JSONDecoder().decode(ServiceProcess.Ready.self, from: line) { return ready }
                }
            }
        }
    }

    private static func start(_ pipe: Pipe, _ level: String, in directory: TemporaryDirectory) throws -> Process {
        let process = Process()
        process.executableURL = ServiceProcess.binaries.appending(path: "sip-core-stub")
        process.arguments =
            ChainLaboratory.core(ChainLaboratory.partner)
            + ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--sip-listen", "udp:127.0.0.1:0", "--log-level", level]
            + ["--database", "none", "--authentication-source", "http://127.0.0.1:1"]
        process.currentDirectoryURL = directory.url
        process.standardOutput = FileHandle.nullDevice
        process.standardError = pipe.writing
        try process.run()
        return process
    }

    /// Sends broken datagrams, each of which the service refuses with a line in its log.
    private static func flood(_ port: UInt16, _ count: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        let message = Array("REGISTER sip:partner.example SIP/2.0\r\nVia: broken\r\n\r\n".utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                for _ in 0..<count { sendto(descriptor, message, message.count, 0, address, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
        }
    }

    private static func metric(_ name: String, of admin: String) throws -> Int {
        let lines = try Curl.send("GET", "http://\(admin)/metrics").body.split(separator: "\n")
        return lines.first { $0.hasPrefix("\(name) ") }.flatMap { Int($0.dropFirst(name.count + 1)) } ?? -1
    }

    @Test func `a service whose log nobody reads answers, goes on, and ends at SIGTERM with 0`() async throws {
        let directory = try TemporaryDirectory()
        let pipe = try Pipe()
        let process = try StalledLogTests.start(pipe, "debug", in: directory)
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        let ready = try pipe.ready()
        let port = try #require(ready.sip?.first?.split(separator: ":").last.flatMap { UInt16($0) })
        var rounds = 0
        // Answers of HTTP are debug lines, all of which are written; they and the refusals fill the pipe.
        while !pipe.isFull, rounds < 1_000 {
            StalledLogTests.flood(port, 20)
            #expect(try Curl.send("GET", "http://\(ready.admin)/livez").status == 200)
            rounds += 1
        }
        #expect(pipe.isFull)
        for _ in 0..<20 {
            StalledLogTests.flood(port, 500)
            #expect(try Curl.send("GET", "http://\(ready.admin)/livez").status == 200)
        }
        #expect(try Curl.send("GET", "http://\(ready.admin)/readyz").status == 200)
        #expect(try StalledLogTests.metric("mc_log_lines_left_out_total", of: ready.admin) > 0)
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    }

    @Test func `thousands of broken datagrams are a few lines, and a count of the others`() async throws {
        let directory = try TemporaryDirectory()
        let core = try await ServiceProcess(
            "sip-core-stub", ChainLaboratory.core(ChainLaboratory.partner) + ["--database", "none", "--sip-listen", "udp:127.0.0.1:0"],
            in: directory)
        let port = try #require(core.ready.sip?.first?.split(separator: ":").last.flatMap { UInt16($0) })
        let began = Instant.now
        for _ in 0..<50 { StalledLogTests.flood(port, 200) }
        let leftOut = "mc_log_lines_left_out_total"
        #expect(await eventually { core.log.contains("lines left out") })
        let seconds = Int((Instant.now - began) / .seconds(1)) + 1
        let lines = core.logCount(#""msg":"SIP message refused""#)
        #expect(lines >= 5 && lines <= 5 * (seconds + 1), "\(lines) lines in \(seconds) s")
        #expect(try StalledLogTests.metric(leftOut, of: core.ready.admin) > 0)
        #expect(core.stop() == 0)
    }
}
