import Base
import Nhss
import Testing

@testable import PrimaryMMS

@Suite struct VectorRateLimiterTests {
    private final class Clock: Sendable {
        private let instant = Guarded(Instant.now)
        func now() -> Instant { instant.withLock { $0 } }
        func advance(_ time: Duration) { instant.withLock { $0 = $0 + time } }
    }

    @Test func `a partner gets its rate, then has to wait for as long as it says`() throws {
        let clock = Clock()
        let rate = VectorRateLimiter(now: clock.now)
        let partner = try SystemID("partner.example")
        for _ in 0..<10 { try rate.admit(partner, vectorsPerSecondMax: 10, vectors: 1) }
        let refusal = #expect(throws: AuthFailure.self) { try rate.admit(partner, vectorsPerSecondMax: 10, vectors: 1) }
        #expect(refusal?.code == .tooManyRequests)
        clock.advance(try #require(refusal?.retryAfter) + .milliseconds(1))
        try rate.admit(partner, vectorsPerSecondMax: 10, vectors: 1)
        #expect(throws: AuthFailure.self) { try rate.admit(partner, vectorsPerSecondMax: 10, vectors: 1) }
    }

    @Test func `each vector counts, and partners do not share`() throws {
        let clock = Clock()
        let rate = VectorRateLimiter(now: clock.now)
        try rate.admit(try SystemID("a.example"), vectorsPerSecondMax: 5, vectors: 5)
        #expect(throws: AuthFailure.self) { try rate.admit(try SystemID("a.example"), vectorsPerSecondMax: 5, vectors: 1) }
        try rate.admit(try SystemID("b.example"), vectorsPerSecondMax: 5, vectors: 5)
    }

    @Test func `without a bound there is none`() throws {
        let rate = VectorRateLimiter(now: Clock().now)
        for _ in 0..<1_000 { try rate.admit(try SystemID("a.example"), vectorsPerSecondMax: nil, vectors: 5) }
    }
}
