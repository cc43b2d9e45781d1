import Base
import Testing

@testable import HTTPKit

/// How long an origin is left alone that could not be reached.
@Suite struct OriginHealthTests {
    private static let refused = ClientError(.connectionRefused, "", maybeProcessed: false)

    private static func limits(_ first: Duration, _ most: Duration) -> ClientLimits {
        var limits = ClientLimits()
        (limits.reconnectTime, limits.reconnectTimeMax) = (first, most)
        return limits
    }

    @Test func `each failure doubles the wait up to its most, and each wait is taken by half at least`() {
        let limits = Self.limits(.seconds(1), .seconds(10))
        let now = Instant.now
        for _ in 0..<100 {
            var health = OriginHealth()
            for most in [1, 2, 4, 8, 10, 10] {
                health.noteFailure(Self.refused, at: now, limits)
                #expect(health.isDown(at: now + .seconds(most) * 0.49))
                #expect(!health.isDown(at: now + .seconds(most)))
            }
        }
    }

    @Test func `not all clients come back at the same time`() {
        let limits = Self.limits(.seconds(1), .seconds(1))
        let now = Instant.now
        let downAtThreeQuarters = (0..<1_000).count { _ in
            var health = OriginHealth()
            health.noteFailure(Self.refused, at: now, limits)
            return health.isDown(at: now + .milliseconds(750))
        }
        #expect(350...650 ~= downAtThreeQuarters)
    }

    @Test func `a success forgets the failures before it, and any number of them can be counted`() {
        let limits = Self.limits(.seconds(1), .seconds(1_000))
        let now = Instant.now
        var health = OriginHealth()
        for _ in 0..<1_000 { health.noteFailure(Self.refused, at: now, limits) }
        #expect(health.failure(at: now) == Self.refused)
        health.noteConnection()
        #expect(health.failure(at: now) == nil)
        health.noteFailure(Self.refused, at: now, limits)
        #expect(!health.isDown(at: now + .seconds(1)))
    }

    /// A loss, and whether it is one too many.
    private func note(_ health: inout OriginHealth) -> Bool { health.noteLoss(ClientLimits()) }

    @Test func `losses count until ten answers have made up for each`() {
        var health = OriginHealth()
        #expect(!health.isOnTrial)
        #expect(!note(&health))
        for _ in 0..<9 { health.noteAnswer() }
        #expect(health.isOnTrial)
        health.noteAnswer()
        #expect(!health.isOnTrial)
        // One of eleven that is lost is no reason to leave an origin alone, one of two is.
        for _ in 0..<100 {
            #expect(!note(&health))
            for _ in 0..<10 { health.noteAnswer() }
        }
        #expect(!note(&health))
        health.noteAnswer()
        #expect(note(&health))
    }

    @Test func `however many were lost, thirty answers make up for them`() {
        var health = OriginHealth()
        for _ in 0..<1_000 { _ = health.noteLoss(ClientLimits()) }
        for _ in 0..<29 { health.noteAnswer() }
        #expect(health.isOnTrial)
        health.noteAnswer()
        #expect(!health.isOnTrial)
    }

    @Test func `while an origin is down requests fail at once and nobody knocks there`() async throws {
        let address = try RawServer.unusedAddress()
        let origin = Origin(address)
        try await withClient(of: origin, limits: { ($0.reconnectTime, $0.reconnectTimeMax) = (.seconds(100), .seconds(100)) }) { laboratory in
            #expect(await laboratory.ask().error == .of(.connectionRefused, maybeProcessed: false))
            #expect(await Task(executorPreference: laboratory.group.first) { laboratory.client.isDown(origin) }.value)
            let heir = try RawServer(at: address) { $0.readToEnd() }
            defer { heir.stop() }
            #expect(await laboratory.ask().error == .of(.connectionRefused, maybeProcessed: false))
            #expect(heir.connectionCount == 0)
        }
    }

    @Test(arguments: [ClientProtocol.http1, .http2]) func `an origin that is back is found again`(speaking: ClientProtocol) async throws {
        let address = try RawServer.unusedAddress()
        let limits: (inout ClientLimits) -> Void = { ($0.reconnectTime, $0.reconnectTimeMax) = (.milliseconds(1), .milliseconds(2)) }
        try await withClient(of: Origin(address), speaking: speaking, limits: limits) { laboratory in
            #expect(await laboratory.ask().error?.code == .connectionRefused)
            let heir = try RawServer(at: address) { connection in
                guard speaking == .http1 else { return (try? HTTP2Peer(connection).echoToEnd()) ?? () }
                while connection.readRequest() { connection.answer("/") }
            }
            defer { heir.stop() }
            while await laboratory.ask().error?.code == .connectionRefused { await Task.yield() }
            #expect(await laboratory.ask().text == "/")
        }
    }
}
