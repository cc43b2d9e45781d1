import Foundation
import Support
import Testing

/// A TLS scanner finds nothing wrong with the signalling listener.
@Suite(.serialized) struct ScannerTests {
    private static func attributes(_ element: String, in text: String) -> [[String: String]] {
        text.split(separator: "\n").filter { $0.contains("<\(element) ") }.map { line in
            var found: [String: String] = [:]
            for match in line.matches(of: /([a-zA-Z]+)="([^"]*)"/) { found[String(match.1)] = String(match.2) }
            return found
        }
    }

    private static let tls13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"]
    private static let strong = ["ECDHE-%-AES128-GCM-SHA256", "ECDHE-%-AES256-GCM-SHA384"]

    @Test(.enabled(if: Command.path(of: "sslscan") != nil, "sslscan is not installed (Debian package sslscan)"), arguments: ["ECDSA", "RSA"])
    func `sslscan finds TLS 1.2 and 1.3, two suites of each, and no weakness`(key: String) async throws {
        let laboratory = try TLSLaboratory()
        if key == "RSA" {
            let extensions = ["subjectAltName=DNS:primary.example,IP:127.0.0.1", "keyUsage=critical,digitalSignature"]
            laboratory.server = try laboratory.forge("rsa", extensions, key: ["rsa:2048"], by: laboratory.root)
        }
        let service = try await laboratory.start()
        let scan = try Command.run(
            "/usr/bin/sslscan",
            ["--no-colour", "--certs=\(laboratory.good.certificate)", "--pk=\(laboratory.good.key)", "--xml=-", service.ready.listen])
        let protocols = ScannerTests.attributes("protocol", in: scan.output)
        #expect(Set(protocols.filter { $0["enabled"] == "1" }.compactMap { $0["version"] }) == ["1.2", "1.3"], "\(scan.output)")
        #expect(protocols.count >= 4, "it looked for older ones, too: \(protocols)")
        let suites = ScannerTests.attributes("cipher", in: scan.output).compactMap { $0["cipher"] }
        #expect(Set(suites) == Set(ScannerTests.tls13 + ScannerTests.strong.map { $0.replacing("%", with: key) }), "\(scan.output)")
        #expect(ScannerTests.attributes("renegotiation", in: scan.output).first?["supported"] == "0", "\(scan.output)")
        #expect(ScannerTests.attributes("heartbleed", in: scan.output).allSatisfy { $0["vulnerable"] == "0" }, "\(scan.output)")
        #expect(ScannerTests.attributes("compression", in: scan.output).allSatisfy { $0["supported"] == "0" }, "\(scan.output)")
        let groups = Set(ScannerTests.attributes("group", in: scan.output).compactMap { $0["name"]?.split(separator: " ").first.map { String($0) } })
        #expect(groups.isSubset(of: ["secp256r1", "secp384r1", "x25519"]) && !groups.isEmpty, "\(groups)")
        #expect(try laboratory.isServed(service))
        #expect(service.stop() == 0)
    }

    @Test(.enabled(if: OpenSSLTool.isInstalled, Comment(rawValue: OpenSSLTool.missing)), arguments: ["-tls1_2", "-tls1_3"])
    func `no session is kept and none taken up again, nothing is compressed`(version: String) async throws {
        let laboratory = try TLSLaboratory()
        let service = try await laboratory.start()
        let file = laboratory.file("session.pem")
        let flags = laboratory.good.flags + laboratory.trust + [version]
        let first = try OpenSSLClient(service.ready.listen, flags + ["-sess_out", file])
        #expect(first.output.contains("HTTP/1.1 200"))
        #expect(!first.output.lowercased().contains("new session ticket") && !first.output.contains("TLS session ticket:"), "\(first.output)")
        #expect(first.output.contains("Compression: NONE"))
        // TLS 1.2 leaves a session without an identifier, which a client cannot resume.
        let resuming = FileManager.default.fileExists(atPath: file) ? ["-sess_in", file] : []
        let second = try OpenSSLClient(service.ready.listen, flags + resuming)
        #expect(second.output.contains("HTTP/1.1 200"))
        #expect(second.output.contains("New, TLSv1") && !second.output.contains("Reused"), "\(second.output)")
        #expect(service.stop() == 0)
    }
}
