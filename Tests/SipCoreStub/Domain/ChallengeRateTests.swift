import Base
import Nhss
import SIP
import Testing

@testable import SipCoreStub

@Suite struct ChallengeRateTests {
    private let start = Instant.now
    private let user: IMPI

    init() throws { user = try IMPI("a@p.example") }

    private func source(_ number: Int) throws -> SourceAddress { SourceAddress(try #require(SIPHost("192.0.2.\(number)".utf8))) }

    /// How many of these attempts, evenly spread over the time, were let through.
    private func admitted(_ rate: inout ChallengeRate, _ attempts: Int, from sources: [SourceAddress?], at now: Instant, over time: Duration = .zero)
        -> Int
    {
        (0..<attempts).count { attempt in
            (try? rate.admit(user, from: sources[attempt % sources.count], at: now + time * attempt / attempts)) != nil
        }
    }

    @Test func `a stranger gets half the burst and a quarter of the rate`() throws {
        var rate = ChallengeRate(SipCoreLimits())
        #expect(admitted(&rate, 100, from: [try source(1)], at: start) == 16)
        let later = admitted(&rate, 2_000, from: [try source(1)], at: start, over: .seconds(100))
        #expect(98...101 ~= later)
    }

    @Test func `all strangers together get three quarters of the burst and half the rate`() throws {
        var rate = ChallengeRate(SipCoreLimits())
        let strangers = try (1...200).map(source)
        #expect(admitted(&rate, 1_000, from: strangers, at: start) == 24)
        let later = admitted(&rate, 5_000, from: strangers, at: start, over: .seconds(100))
        #expect(198...201 ~= later)
    }

    @Test func `one stranger leaves room for the user who comes from a new address`() throws {
        var rate = ChallengeRate(SipCoreLimits())
        for second in 0..<60 {
            let now = start + .seconds(second)
            _ = admitted(&rate, 20, from: [try source(1)], at: now, over: .seconds(1))
            #expect(admitted(&rate, 1, from: [try source(50)], at: now + .seconds(1)) == 1 || second < 8, "second \(second)")
        }
    }

    @Test func `strangers cannot empty the bucket of an address that the user has authenticated from`() throws {
        var rate = ChallengeRate(SipCoreLimits())
        let known = try source(201)
        rate.noteAuthenticated(user, from: known, at: start)
        let strangers = try (1...200).map(source)
        _ = admitted(&rate, 10_000, from: strangers, at: start, over: .seconds(10))
        #expect(admitted(&rate, 100, from: [known], at: start + .seconds(10)) == 32)
        let later = admitted(&rate, 1_000, from: [known], at: start + .seconds(10), over: .seconds(10))
        #expect(39...40 ~= later)
    }

    @Test func `users do not share, and no address is one address`() throws {
        var rate = ChallengeRate(SipCoreLimits())
        #expect(admitted(&rate, 100, from: [nil], at: start) == 16)
        try rate.admit(IMPI("b@p.example"), from: nil, at: start)
    }

    @Test func `the few addresses that the user authenticated from last are known`() throws {
        var rate = ChallengeRate(SipCoreLimits())
        for number in 1...5 { rate.noteAuthenticated(user, from: try source(number), at: start) }
        #expect(admitted(&rate, 100, from: [try source(1)], at: start) == 16, "a stranger again")
        for number in 2...5 { #expect(admitted(&rate, 100, from: [try source(number)], at: start) == 32) }
    }

    @Test func `a refusal says when to come back`() throws {
        var rate = ChallengeRate(SipCoreLimits())
        _ = admitted(&rate, 16, from: [nil], at: start)
        let refusal = #expect(throws: Refusal.self) { try rate.admit(user, from: nil, at: start) }
        #expect(refusal?.code == .tooManyAttempts && refusal?.status == 500)
        try rate.admit(user, from: nil, at: start + (try #require(refusal?.retryAfter)) + .milliseconds(1))
    }

    @Test func `without a bound there is none`() throws {
        var limits = SipCoreLimits()
        limits.userRate = nil
        var rate = ChallengeRate(limits)
        #expect(admitted(&rate, 10_000, from: [nil], at: start) == 10_000)
    }
}
