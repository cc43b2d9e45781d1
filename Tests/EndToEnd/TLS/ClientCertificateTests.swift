import Foundation
import Support
import Testing

/// Callers made with `openssl` that authdb must refuse.
@Suite(.serialized, .enabled(if: OpenSSLTool.isInstalled, Comment(rawValue: OpenSSLTool.missing))) struct ClientCertificateTests {
    static func requestCount(_ service: ServiceProcess) throws -> Int {
        try Curl.send("GET", "\(service.admin)/metrics").body.split(separator: "\n")
            .filter { $0.hasPrefix("http_server_request_duration_seconds_count") && $0.contains("security-information") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
    }

    @Test(arguments: BadCaller.all)
    func `is refused before anything is asked, with one line that says why, and the next one is served`(caller: BadCaller) async throws {
        let laboratory = try TLSLaboratory()
        let flags = try caller.flags(laboratory)
        let service = try await laboratory.start()
        let exchange = try OpenSSLClient(service.ready.listen, flags + laboratory.trust)
        #expect(!exchange.output.contains("HTTP/1.1"), "\(exchange.output)")
        #expect(await eventually { service.logCount("connection refused") == 1 }, "\(service.log) \(exchange.output)")
        #expect(service.log.contains(caller.reason), "\(service.log)")
        #expect(service.log.contains(#""peer":"127.0.0.1:"#), "the line says who it was: \(service.log)")
        #expect(try ClientCertificateTests.requestCount(service) == 0)
        #expect(try Curl.send("GET", "\(service.admin)/admin/v1/flow-events").object["traces"] as? [String] == [])

        #expect(try laboratory.isServed(service))
        #expect(try ClientCertificateTests.requestCount(service) == 1)
        #expect(service.logCount("connection refused") == 1)
        #expect(try Curl.send("GET", "\(service.admin)/metrics").body.contains("mc_tls_refused_total 1\n"))
        #expect(service.stop() == 0)
    }

    @Test func `a connection is not negotiated anew`() async throws {
        let laboratory = try TLSLaboratory()
        let service = try await laboratory.start()
        let exchange = try OpenSSLClient(service.ready.listen, laboratory.good.flags + laboratory.trust + ["-tls1_2"], input: "R\n")
        #expect(exchange.output.contains("RENEGOTIATING") && exchange.output.contains("no renegotiation"), "\(exchange.output)")
        #expect(try ClientCertificateTests.requestCount(service) == 0)
        #expect(try laboratory.isServed(service))
        #expect(service.stop() == 0)
    }

    @Test func `plain HTTP gets no answer where TLS is spoken`() async throws {
        let laboratory = try TLSLaboratory()
        let service = try await laboratory.start()
        for flags in [["--http1.1"], ["--http2-prior-knowledge"]] {
            let command = try Command.run("/usr/bin/curl", ["-sS", "--max-time", "10"] + flags + ["http://\(service.ready.listen)/"])
            #expect(command.status != 0, "\(command.output)")
        }
        #expect(await eventually { service.logCount("connection refused") == 2 }, "\(service.log)")
        #expect(try laboratory.isServed(service))
        #expect(service.stop() == 0)
    }

    @Test func `whoever knocks and leaves is no line in the log`() async throws {
        let laboratory = try TLSLaboratory()
        let service = try await laboratory.start()
        let port = service.ready.listen.split(separator: ":").last ?? ""
        #expect(try Command.run("/bin/bash", ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"]).status == 0)
        #expect(try laboratory.isServed(service))
        #expect(service.logCount("connection refused") == 0)
        #expect(service.stop() == 0)
    }
}
