import Glibc
import Testing

@testable import HTTPKit

/// The client that everybody has.
@Suite(.enabled(if: access("/usr/bin/curl", X_OK) == 0)) struct CurlTests {
    /// - Returns: what curl wrote.
    private func curl(_ arguments: String...) throws -> String {
        let command = (["/usr/bin/curl", "-sS", "--noproxy", "'*'", "--max-time", "5"] + arguments + ["2>&1"]).joined(separator: " ")
        guard let stream = popen(command, "r") else { throw RawClient.Failure(description: "no curl") }
        defer { pclose(stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 { output.append(contentsOf: chunk[..<count]) }
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `curl keeps its connection for a second URL`() async throws {
        try await withServer { server in
            let base = "http://\(server.address)"
            let output = try curl("-w", "'|%{num_connects}|'", "\(base)/hello", "\(base)/later/1")
            #expect(output == "hello|1|after 1|0|")
        }
    }

    @Test func `curl uploads with an expectation`() async throws {
        try await withServer { server in
            let output = try curl(
                "--http1.1", "-i", "-X", "PUT", "-H", "'Expect: 100-continue'", "--data-binary", "'the body'", "http://\(server.address)/echo")
            #expect(output.utf8.starts(with: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n".utf8))
            #expect(output.hasSuffix("the body"))
        }
    }

    @Test func `curl uploads in chunks`() async throws {
        try await withServer { server in
            let output = try curl("--http1.1", "-H", "'Transfer-Encoding: chunked'", "-d", "'in chunks'", "http://\(server.address)/echo")
            #expect(output == "in chunks")
        }
    }

    @Test func `curl asks for the head and does not wait for a body`() async throws {
        try await withServer { server in
            let lines = try curl("--head", "http://\(server.address)/hello").split(separator: "\r\n")
            #expect(lines.first == "HTTP/1.1 200 OK" && lines.contains("Content-Length: 5") && !lines.contains("hello"))
        }
    }
}
