import Base
import Callbacks
import HTTPKit
import NhssHTTP
import Support
import Testing

@testable import Chain
@testable import ServiceKit

/// Where a service says that it is to be told.
@Suite struct CallbackNamingTests {
    private static func named(_ laboratory: SignallingLaboratory, listening address: String) async throws -> String? {
        let ledger = CallbackLedger(InMemoryCallbackStore(), now: Timestamp.now)
        laboratory.service.nameCallback(in: ledger, at: try SocketAddress(parsing: address))
        return await ledger.ownURI()
    }

    @Test(arguments: ["127.0.0.1:8083", "[::1]:8083", "10.0.0.5:1"]) func `at its listener, and there peers call it`(address: String) async throws {
        let laboratory = try SignallingLaboratory()
        let uri = try #require(try await Self.named(laboratory, listening: address))
        #expect(uri == "http://\(address)\(DeregistrationPath.text)")
        #expect(CallbackHost.refusal(of: uri, from: Peer(address: address), isSecure: false) == nil, "from its own address")
        #expect(laboratory.lines.isEmpty)
        await laboratory.close()
    }

    @Test(arguments: ["0.0.0.0:8083", "[::]:8083"]) func `nowhere, with a warning, where the listener is a wildcard`(address: String) async throws {
        let laboratory = try SignallingLaboratory()
        #expect(try await Self.named(laboratory, listening: address) == nil)
        #expect(await eventually { laboratory.lines.contains { $0.contains("there is no --callback-root") } })
        await laboratory.close()
    }

    @Test func `whoever asks before that is known waits for it`() async throws {
        let ledger = CallbackLedger(InMemoryCallbackStore(), now: Timestamp.now)
        async let first = ledger.ownURI()
        async let second = ledger.ownURI()
        for _ in 1...100 { await Task.yield() }
        ledger.name("http://127.0.0.1:1/x")
        #expect(await first == "http://127.0.0.1:1/x")
        #expect(await second == "http://127.0.0.1:1/x")
        #expect(await ledger.ownURI() == "http://127.0.0.1:1/x")
    }

    @Test(arguments: ["0.0.0.0:8083", "127.0.0.1:8083"]) func `where the operator says`(address: String) async throws {
        let laboratory = try SignallingLaboratory(
            callersAre: SignallingLaboratory.ownSystem, ["--callback-root", "http://mms.partner.example:99/prefix"])
        #expect(try await Self.named(laboratory, listening: address) == "http://mms.partner.example:99/prefix\(DeregistrationPath.text)")
        #expect(laboratory.lines.isEmpty)
        await laboratory.close()
    }
}
