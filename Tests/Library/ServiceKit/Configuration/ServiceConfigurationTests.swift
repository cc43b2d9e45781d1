import HTTPKit
import Logging
import Testing

@testable import ServiceKit

@Suite struct ServiceConfigurationTests {
    @Test func `a service starts on its default addresses with a laboratory peer`() throws {
        let configuration = try ServiceConfiguration.test("--insecure-peer-as", "primary.example")
        #expect(configuration.listen.description == "127.0.0.1:0")
        #expect(configuration.insecurePeerAs == "primary.example")
        #expect(configuration.logLevel == .info)
        #expect(configuration.logFormat == .json)
    }

    @Test func `the environment is enough for all of it`() throws {
        let configuration = try ServiceConfiguration.test(
            environment: [
                "MC_LISTEN": "[::1]:8081", "MC_ADMIN_LISTEN": "unix:/run/a.sock", "MC_SYSTEM_ID": "primary.example",
                "MC_INSECURE_PEER_AS": "partner.example", "MC_LOG_LEVEL": "debug", "MC_LOG_FORMAT": "text",
            ])
        #expect(configuration.listen.description == "[::1]:8081")
        #expect(configuration.adminListen.description == "unix:/run/a.sock")
        #expect(configuration.systemID == "primary.example")
        #expect(configuration.logFormat == .text)
    }

    @Test(arguments: ["0.0.0.0:9081", "192.0.2.1:9081", "[::]:9081", "[2001:db8::1]:9081"])
    func `administration is refused where others can reach it, laboratory or not`(address: String) {
        let error = refusal { _ = try ServiceConfiguration.test("--insecure-peer-as", "x", "--insecure-any-address", "--admin-listen", address) }
        #expect(error?.flag == "admin-listen")
        #expect(error?.reason.contains(address) == true)
    }

    @Test(arguments: ["127.0.0.1:9081", "127.8.8.8:9081", "[::1]:9081", "unix:/tmp/a.sock"])
    func `administration is taken on loopback and on a Unix socket`(address: String) throws {
        #expect(try ServiceConfiguration.test("--insecure-peer-as", "x", "--admin-listen", address).adminListen.description == address)
    }

    @Test func `without TLS and without --insecure-peer-as no service starts`() {
        #expect(refusal { _ = try ServiceConfiguration.test() }?.flag == "insecure-peer-as")
    }

    @Test func `signalling without TLS stays on loopback unless a laboratory says otherwise`() throws {
        #expect(refusal { _ = try ServiceConfiguration.test("--insecure-peer-as", "x", "--listen", "0.0.0.0:1") }?.flag == "listen")
        let configuration = try ServiceConfiguration.test("--insecure-peer-as", "x", "--listen", "0.0.0.0:1", "--insecure-any-address")
        #expect(configuration.listen.description == "0.0.0.0:1")
    }

    /// No peer would use it: notices go out in clear only where nothing else does.
    @Test func `where peers send notices fits TLS`() throws {
        let tls = ["--tls-certificate", "a", "--tls-key", "b", "--tls-ca", "c"]
        for (flags, good, bad) in [
            (tls, "https://mms.example:8083", "http://mms.example:8083"),
            (["--insecure-peer-as", "x"], "http://10.0.0.1:8083", "https://10.0.0.1:8083"),
        ] {
            func configuration(_ root: String) throws -> ServiceConfiguration {
                try ServiceConfiguration.test(flags + ["--callback-root", root])
            }
            #expect(try configuration(good).callbackRoot == good)
            #expect(try configuration(good + "/").callbackRoot == good)
            for root in [bad, "mms.example", "ftp://mms.example", good + "/?x", ""] {
                #expect(refusal { _ = try configuration(root) }?.flag == "callback-root", "\(root)")
            }
        }
    }

    @Test func `the rule for signalling holds for the listeners of a service's own`() throws {
        let open = try SocketAddress(host: "0.0.0.0", port: 5060)
        let strict = try ServiceConfiguration.test("--insecure-peer-as", "x")
        #expect(refusal { try strict.checkMayListen(at: open, flag: "sip-listen") }?.flag == "sip-listen")
        let laboratory = try ServiceConfiguration.test("--insecure-peer-as", "x", "--insecure-any-address")
        #expect(throws: Never.self) { try laboratory.checkMayListen(at: open, flag: "sip-listen") }
    }

    @Test(arguments: [
        ("--listen", "nonsense", "listen"), ("--listen", "localhost:1", "listen"), ("--listen", "127.0.0.1:70000", "listen"),
        ("--listen", "unix:/tmp/x", "listen"), ("--system-id", "a b", "system-id"), ("--system-id", "é", "system-id"),
        ("--log-level", "loud", "log-level"), ("--log-format", "xml", "log-format"), ("--admin-listen", "unix:", "admin-listen"),
    ])
    func `a wrong value is refused under its own flag`(flag: String, value: String, named: String) {
        #expect(refusal { _ = try ServiceConfiguration.test("--insecure-peer-as", "x", flag, value) }?.flag == named)
    }

    @Test func `a refusal reads as the flag and the reason`() {
        #expect(ConfigurationError("database", "is missing").description == "--database: is missing")
    }
}
