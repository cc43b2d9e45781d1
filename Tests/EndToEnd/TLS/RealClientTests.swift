import Foundation
import Support
import Testing

/// HTTP clients that people use: curl, nghttp, h2load, Python, openssl; with and without TLS.
@Suite(.serialized) struct RealClientTests {
    /// authdb, its URL, and its certificates where it has TLS.
    struct Listener {
        let service: ServiceProcess
        let url: String
        let laboratory: TLSLaboratory?

        /// - Parameters: the flags by which a program takes a CA, a certificate and a key. Empty where there is no TLS.
        func flags(_ ca: String?, _ certificate: String, _ key: String) -> [String] {
            guard let laboratory else { return [] }
            return (ca.map { [$0, laboratory.root.certificate] } ?? []) + [certificate, laboratory.good.certificate, key, laboratory.good.key]
        }
    }

    private static let path = "/nhss-ims-ueau/v1/\(ChainLaboratory.home)/security-information/generate-sip-auth-data"
    private static let body = #"{"cscfServerName":"sip:s","sipAuthenticationScheme":"DIGEST-AKAV1-MD5"}"#

    private static func withListener(isSecure: Bool, _ use: (Listener) throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let laboratory = isSecure ? try TLSLaboratory() : nil
        let service: ServiceProcess
        if let laboratory {
            service = try await laboratory.start()
        } else {
            service = try await ServiceProcess(
                "authdb", ChainLaboratory.system(ChainLaboratory.primary) + ["--database", "authdb.sqlite"], in: directory)
            try Curl.put("\(service.admin)/admin/v1/subscribers/\(ChainLaboratory.home)", ChainLaboratory.subscriber)
        }
        try use(Listener(service: service, url: "\(isSecure ? "https" : "http")://\(service.ready.listen)\(path)", laboratory: laboratory))
        #expect(service.stop() == 0)
    }

    @Test(arguments: [
        (true, "--http2", "2"), (true, "--http1.1", "1.1"), (true, "--http2-prior-knowledge", "2"), (false, "--http2-prior-knowledge", "2"),
        (false, "--http1.1", "1.1"),
    ])
    func `curl is answered in the protocol it asks for`(isSecure: Bool, flag: String, version: String) async throws {
        try await RealClientTests.withListener(isSecure: isSecure) { listener in
            let request = [
                "-H", "Content-Type: application/json", "-d", RealClientTests.body, "-o", "/dev/null", "-w",
                "%{http_version} %{http_code} %{num_connects}\n",
            ]
            let once = ["-sS", "--max-time", "10", flag] + listener.flags("--cacert", "--cert", "--key") + request + [listener.url]
            let command = try Command.run("/usr/bin/curl", once)
            #expect(command.output == "\(version) 200 1\n", "\(command.output)")
            // curl 7.88 never uses a connection twice that it opened with prior knowledge.
            guard flag != "--http2-prior-knowledge" || isSecure else { return }
            let twice = try Command.run("/usr/bin/curl", once + ["--next"] + once)
            #expect(twice.output == "\(version) 200 1\n\(version) 200 0\n", "two answers on one connection: \(twice.output)")
        }
    }

    @Test func `curl that asks plain HTTP to become HTTP/2 is answered in HTTP/1.1`() async throws {
        try await RealClientTests.withListener(isSecure: false) { listener in
            let command = try Command.run(
                "/usr/bin/curl",
                ["-sS", "--max-time", "10", "--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}", "\(listener.service.api)/"])
            #expect(command.output == "1.1 404", "\(command.output)")
        }
    }

    @Test(.enabled(if: Command.path(of: "nghttp") != nil, "nghttp is not installed (Debian package nghttp2-client)"), arguments: [true, false])
    func `nghttp is answered, with several requests at once`(isSecure: Bool) async throws {
        try await RealClientTests.withListener(isSecure: isSecure) { listener in
            let directory = try TemporaryDirectory()
            let file = try directory.write("body.json", RealClientTests.body)
            let command = try Command.run(
                "/usr/bin/nghttp",
                ["-v", "-t", "10", "-m", "10", "-H", "content-type: application/json", "-d", file]
                    + listener.flags(nil, "--cert", "--key").flagsWithEqualSigns + [listener.url])
            #expect(command.output.components(separatedBy: ":status: 200").count - 1 == 10, "\(command.output)")
        }
    }

    @Test(.enabled(if: Command.path(of: "h2load") != nil, "h2load is not installed (Debian package nghttp2-client)"))
    func `h2load finds every request answered, over HTTP/2 and HTTP/1.1`() async throws {
        // h2load cannot show a certificate, so that it is tried without TLS only.
        try await RealClientTests.withListener(isSecure: false) { listener in
            for more in [["-m", "10"], ["--h1"]] {
                let command = try Command.run("/usr/bin/h2load", ["-n", "200", "-c", "4"] + more + ["\(listener.service.api)/nothing"])
                #expect(
                    command.output.contains("200 done, 0 succeeded, 200 failed, 0 errored"),
                    "404 is a failure to it, and nothing else is wrong: \(command.output)")
                #expect(command.output.contains("0 2xx, 0 3xx, 200 4xx, 0 5xx"), "\(command.output)")
            }
        }
    }

    /// The path of a Python that has a module.
    private static func python(with module: String) -> String? {
        ["/usr/bin/python3", "/usr/local/bin/python3"].first { (try? Command.run($0, ["-c", "import \(module)"]))?.status == 0 }
    }

    private static let script = ServiceProcess.root.appending(path: "Tests/EndToEnd/TLS/http_client.py").path()

    @Test(arguments: ["h2", "httpx"], [true, false]) func `Python's clients are answered over HTTP/2`(module: String, isSecure: Bool) async throws {
        guard let python = RealClientTests.python(with: module) else {
            print("Python has no module \(module) (Debian package python3-\(module)): its client was not tried")
            return
        }
        try await RealClientTests.withListener(isSecure: isSecure) { listener in
            let command = try Command.run(python, [RealClientTests.script, module, listener.url] + listener.flags("--ca", "--certificate", "--key"))
            #expect(command.status == 0, "\(command.output)")
            #expect(command.output == String(repeating: "200 HTTP/2\n", count: 5))
        }
    }

    @Test(
        .enabled(if: OpenSSLTool.isInstalled, Comment(rawValue: OpenSSLTool.missing)),
        arguments: [
            (["-alpn", "h2"], "ALPN protocol: h2"), (["-alpn", "http/1.1"], "ALPN protocol: http/1.1"),
            (["-alpn", "http/1.1,h2"], "ALPN protocol: h2"),
            ([], "No ALPN negotiated"),
        ])
    func `openssl agrees on a protocol, HTTP/2 where it has the choice`(flags: [String], expected: String) async throws {
        try await RealClientTests.withListener(isSecure: true) { listener in
            let client = try OpenSSLClient(listener.service.ready.listen, flags + listener.flags("-CAfile", "-cert", "-key"), input: "")
            #expect(client.status == 0)
            #expect(client.output.contains(expected), "\(client.output)")
            #expect(client.output.contains("Verify return code: 0 (ok)"), "\(client.output)")
        }
    }
}

extension [String] {
    /// `--cert FILE` as `--cert=FILE`.
    fileprivate var flagsWithEqualSigns: [String] { stride(from: 0, to: count - 1, by: 2).map { "\(self[$0])=\(self[$0 + 1])" } }
}
