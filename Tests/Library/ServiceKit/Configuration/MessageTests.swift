import ArgumentParser
import HTTPKit
import Support
import Testing

@testable import ServiceKit

/// What is wrong with a setting is said in words that tell what to write instead.
@Suite struct MessageTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test(arguments: [
        ("--log-level", "verbose", "verbose is none of trace, debug"), ("--log-level", "INFO", "INFO is none of"), ("--log-format", "xml", "xml is"),
        ("--hop-protocol", "http3", "http3 is neither http2 nor http1.1"),
        ("--admin-listen", "127.0.0.1:99999", "a port is a number from 0 to 65535"),
        ("--admin-listen", "127.0.0.1:x", "a port is a number"), ("--admin-listen", "127.0.0.1:-1", "a port is a number"),
        ("--admin-listen", "127.0.0.1:", "a port is a number"), ("--admin-listen", "127.0.0.1", "it has no port"),
        ("--admin-listen", "9081", "it has no port"),
        ("--admin-listen", ":9081", "it has no host"), ("--admin-listen", "[::1]", "it has no port"),
        ("--admin-listen", "http://127.0.0.1:9081", "is a URL; an address is HOST:PORT"), ("--listen", "https://127.0.0.1:8081/", "is a URL"),
        ("--listen", "::1:8081", "an IPv6 address goes in brackets"),
    ])
    func `a wrong value is repeated with what is wrong about it`(flag: String, value: String, words: String) {
        let reason = refusal { _ = try ServiceConfiguration.test("--insecure-peer-as", "x", flag, value) }?.reason
        #expect(reason?.contains(words) == true, "\(reason ?? "taken")")
        #expect(reason?.contains(value) == true)
    }

    @Test(arguments: ["udp:a,tcp:b", "udp:a, tcp:b", " udp:a ,\ttcp:b ", "udp:a,,tcp:b,"])
    func `a variable with several values may have blanks beside its commas`(value: String) throws {
        var settings = try Settings(config: nil, environment: ["MC_SIP_LISTEN": value])
        #expect(try settings.list("sip-listen", []) == ["udp:a", "tcp:b"])
    }

    @Test func `several values with blanks between them are refused with the way to write them`() throws {
        var variable = try Settings(config: nil, environment: ["MC_SIP_LISTEN": "udp:a tcp:b"])
        let error = refusal { _ = try variable.list("sip-listen", []) }
        #expect(error?.flag == "sip-listen" && error?.reason.contains("has a space in it") == true)
        #expect(error?.reason.contains("separated by commas in MC_SIP_LISTEN") == true)
        var flag = try Settings(config: nil, environment: [:])
        #expect(refusal { _ = try flag.list("sip-listen", ["udp:a tcp:b"]) }?.reason.contains("flags of their own") == true)
    }

    @Test(arguments: ["listen: 127.0.0.1:1\n", "---\nlisten: x\n", "# comment\n", "[section]\n", "listen = 1"])
    func `a file that is YAML or the like is told to be JSON, with an example`(contents: String) throws {
        let reason = refusal { _ = try Settings(config: directory.write("c.yaml", contents), environment: [:]) }?.reason
        #expect(
            reason?.contains("is not JSON (YAML is not read)") == true && reason?.contains(#"{"system-id":"primary.example""#) == true,
            "\(reason ?? "")")
    }

    // MARK: Variables

    @Test func `a variable that is no setting is known by its name, and a setting that was read is not`() throws {
        var settings = try Settings(
            config: nil, environment: ["MC_LISTEN": "x", "MC_LISTNE": "secret", "MC_CONFIG": "", "MC_SIP_LISTEN": "x", "MCX": "x", "PATH": "x"])
        _ = try settings.string("listen", nil)
        _ = try settings.list("sip-listen", [])
        #expect(settings.seen.unknownVariables == ["MC_LISTNE"])
    }

    @Test func `settings that are read after the common ones count as known, too`() throws {
        let options = try ServiceOptions.parse(["--insecure-peer-as", "x"])
        var settings = try Settings(config: nil, environment: ["MC_DATABASE": "x"])
        let configuration = try ServiceConfiguration(options, identity: .test, settings: &settings)
        #expect(configuration.knownSettings.unknownVariables == ["MC_DATABASE"])
        _ = try settings.string("database", nil)
        #expect(configuration.knownSettings.unknownVariables.isEmpty)
    }

    @Test func `of the environment only what begins with MC_ is taken, and the first of two`() {
        let variables = ProcessEnvironment.variables(in: ["PATH=/bin", "MC_LISTEN=a=b", "MC_LISTEN=c", "MC_EMPTY=", "MC_BROKEN", "XMC_LISTEN=x"])
        #expect(variables == ["MC_LISTEN": "a=b", "MC_EMPTY": ""])
    }

    // MARK: Help

    @Test func `the help of a service has its own addresses where the marks are`() {
        let text = HelpText.complete("a \(HelpText.listen) b\n\(HelpText.adminListen)\n", for: .test)
        #expect(text == "a 127.0.0.1:0 b\n127.0.0.1:0\n")
    }
}
