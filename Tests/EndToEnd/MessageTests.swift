import Base
import Foundation
import Support
import Testing

/// What the programs say to people: help, mistakes, health.
@Suite(.serialized) struct MessageTests {
    private static let services = [
        ("authdb", "127.0.0.1:8081", "127.0.0.1:9081"), ("primary-mms", "127.0.0.1:8082", "127.0.0.1:9082"),
        ("partner-mms", "127.0.0.1:8083", "127.0.0.1:9083"), ("sip-core-stub", "127.0.0.1:8084", "127.0.0.1:9084"),
    ]

    private func run(_ program: String, _ arguments: [String], in directory: TemporaryDirectory? = nil) throws -> Command {
        try Command.run(ServiceProcess.binaries.appending(path: program).path(), arguments, in: directory)
    }

    /// The options in a help text, each with its whole description.
    private func options(_ help: String) -> [String] {
        var options: [String] = []
        for line in help.split(separator: "\n") {
            if line.hasPrefix("  -") {
                options.append(String(line))
            } else if line.hasPrefix("   "), let last = options.popLast() {
                options.append(last + " " + line.trimmingCharacters(in: .whitespaces))
            }
        }
        return options
    }

    @Test(arguments: services) func `help shows every default and names the admin API`(service: String, listen: String, admin: String) throws {
        let help = try run(service, ["--help"])
        #expect(help.status == 0)
        let options = options(help.output)
        #expect(options.count > 14)
        for option in options where !option.contains("--version") && !option.contains("--help") {
            #expect(option.contains("(default: "), "\(service): \(option)")
        }
        #expect(options.contains { $0.contains("--listen ") && $0.contains("(default: \(listen))") }, "\(help.output)")
        #expect(options.contains { $0.contains("--admin-listen ") && $0.contains("(default: \(admin))") }, "\(help.output)")
        #expect(help.output.contains("/admin/v1") && help.output.contains("/openapi.json") && help.output.contains("MC_LISTEN"))
        #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(help.output)")
    }

    @Test func `health names the services, and says what an address is that is no admin listener`() async throws {
        let directory = try TemporaryDirectory()
        let service = try await ServiceProcess(
            "partner-mms", ChainLaboratory.system(ChainLaboratory.partner) + ["--database", "partner.sqlite"], in: directory)
        let good = try run("mmsctl", ["health", "--admin", service.ready.admin])
        #expect(good.status == 0 && good.output.contains("ready     partner-mms@partner.example  \(service.ready.admin)"), "\(good.output)")
        let signalling = try run("mmsctl", ["health", "--admin", service.ready.listen])
        #expect(signalling.status == 6 && signalling.output.contains("it is no admin listener of a service"), "\(signalling.output)")
        let trace = try run("mmsctl", ["trace", "list", "--admin", service.ready.listen])
        #expect(trace.status == 6 && trace.output.contains("it is no admin listener of a service"), "\(trace.output)")
        service.stop()
        #expect(try run("mmsctl", ["health", "--admin", service.ready.admin]).status == 6)
    }

    @Test(arguments: [
        ("http://127.0.0.1:9081", "is a URL; an address is HOST:PORT"), ("https://127.0.0.1:9081/", "is a URL"), ("127.0.0.1:99999", "0 to 65535"),
        ("127.0.0.1", "it has no port"), ("9081", "it has no port"),
    ])
    func `an admin address that is none is refused with what is wrong`(address: String, words: String) throws {
        for command in [["health"], ["trace", "list"]] {
            let refused = try run("mmsctl", command + ["--admin", address])
            #expect(refused.status == 64 && refused.output.contains(words), "\(refused.output)")
        }
    }

    @Test(arguments: [
        ("udp:localhost:99999", "0 to 65535"), ("http://localhost:5060", "is not udp:HOST:PORT or tcp:HOST:PORT"),
        ("udp:localhost", "it has no port"),
    ])
    func `a server address of mc-ue that is none is refused with what is wrong`(address: String, words: String) throws {
        let refused = try run("mc-ue", ["register", "--server", address, "--impi", "a@b", "--impu", "sip:a@b", "--isim", "x"])
        #expect(refused.status == 64 && refused.output.contains(words), "\(refused.output)")
    }

    @Test func `a UE that is given a host name registers`() async throws {
        let laboratory = try await ChainLaboratory()
        for transport in ["udp", "tcp"] {
            let isim = try laboratory.directory.write(
                "isim.json", #"{"k":"\#(ChainLaboratory.k)","opc":"\#(ChainLaboratory.opc)","amf":"8000","sqn":"000000000000"}"#)
            let server = laboratory.sip(transport).replacing("127.0.0.1", with: "localhost")
            let registered = try run(
                "mc-ue",
                ["register", "--server", server, "--impi", ChainLaboratory.away, "--impu", "sip:\(ChainLaboratory.away)", "--isim", isim])
            #expect(registered.status == 0, "\(registered.output)")
        }
        _ = laboratory.stop()
    }

    @Test func `a database of another service is refused as what it is`() async throws {
        let directory = try TemporaryDirectory()
        let authDB = try await ServiceProcess(
            "authdb", ChainLaboratory.system(ChainLaboratory.primary) + ["--database", "one.sqlite"], in: directory)
        authDB.stop()
        for service in ["primary-mms", "partner-mms"] {
            let refused = try run(
                service, ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--insecure-peer-as", "x", "--database", "one.sqlite"],
                in: directory)
            #expect(refused.status == 78 && refused.output.contains("--database: one.sqlite is the database of another service"), "\(refused.output)")
        }
    }

    @Test func `an unknown variable is one warning with its name and not its value, and no refusal`() async throws {
        let directory = try TemporaryDirectory()
        setenv("MC_LISTNE", "verysecret", 1)
        setenv("MC_AUTHDB_SERVICE_HOST", "10.0.0.1", 1)
        defer {
            unsetenv("MC_LISTNE")
            unsetenv("MC_AUTHDB_SERVICE_HOST")
        }
        let service = try await ServiceProcess(
            "partner-mms", ChainLaboratory.system(ChainLaboratory.partner) + ["--database", "partner.sqlite"], in: directory)
        #expect(service.stop() == 0)
        #expect(service.logCount("environment variables that are no setting of this service") == 1, "\(service.log)")
        #expect(service.log.contains("MC_AUTHDB_SERVICE_HOST MC_LISTNE") && !service.log.contains("verysecret"), "\(service.log)")
    }
}
