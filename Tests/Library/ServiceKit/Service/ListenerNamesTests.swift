import HTTPKit
import Support
import Testing

@testable import ServiceKit

/// Against DNS rebinding: the admin listener answers to its own names only.
@Suite struct ListenerNamesTests {
    private func status(_ host: String?, at address: String = "127.0.0.1:9081", certified: [String] = []) throws -> Int? {
        let fields: Fields = host.map { ["Host": $0] } ?? [:]
        return ListenerNames(try SocketAddress(parsing: address), certified: certified).refusal(of: .get(fields: fields))?.status.code
    }

    @Test(arguments: [
        "localhost", "LOCALHOST:9081", "localhost:1", "127.0.0.1", "127.0.0.1:9081", "127.0.0.1:80", "127.8.9.1:1", "[::1]", "[::1]:9081",
        "[0:0::1]:1",
    ]) func `a name of the listener is served, whatever the port`(host: String) throws { #expect(try status(host) == nil) }

    @Test(arguments: [
        "rebind.evil.example", "rebind.evil.example:9081", "localhost.evil.example", "127.0.0.1.evil.example", "evil-localhost", "192.0.2.1",
        "0.0.0.0",
        "[::2]:9081", "127.1", "0x7f.0.0.1", "2130706433", "authdb.primary.example", "localhost.", "",
    ]) func `any other name is misdirected`(host: String) throws { #expect(try status(host) == 421) }

    @Test func `a request without a name is misdirected`() throws { #expect(try status(nil) == 421) }

    @Test func `the address and the certificate's names are names, too`() throws {
        #expect(try status("192.0.2.1:1", at: "192.0.2.1:9081") == nil)
        #expect(try status("[2001:DB8::1]", at: "[2001:db8:0::1]:9081") == nil)
        #expect(try status("Authdb.Primary.example:9081", certified: ["authdb.primary.EXAMPLE"]) == nil)
        #expect(try status("other.primary.example", certified: ["authdb.primary.example"]) == 421)
    }

    /// By curl, because HTTPKit's client names whom it asks.
    private func asked(_ laboratory: ServiceLaboratory, _ path: String, as host: String) throws -> String {
        let address = try #require(laboratory.boundAddresses?.admin)
        let socket = address.isLocalSocket ? ["--unix-socket", address.host] : []
        let url = address.isLocalSocket ? "http://localhost\(path)" : "http://\(address)\(path)"
        return try Command.run("/usr/bin/curl", socket + ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: \(host)", url]).output
    }

    @Test func `nothing of a running service is served under a foreign name`() async throws {
        let laboratory = try await ServiceLaboratory()
        for path in ["/livez", "/metrics", "/version", "/openapi.json", "/admin/v1/flow-events", "/no/such/path"] {
            #expect(try asked(laboratory, path, as: "rebind.evil.example") == "421", "\(path)")
        }
        #expect(try asked(laboratory, "/livez", as: "localhost:1") == "200")
        #expect(try asked(laboratory, "/no/such/path", as: "127.0.0.1") == "404")
        #expect(await laboratory.end() == nil)
    }

    @Test func `a Unix socket is asked by any name`() async throws {
        let directory = try TemporaryDirectory()
        let laboratory = try await ServiceLaboratory("--admin-listen", "unix:\(directory.file("admin.sock"))")
        #expect(try asked(laboratory, "/livez", as: "rebind.evil.example") == "200")
        #expect(await laboratory.end() == nil)
        _ = directory
    }
}
