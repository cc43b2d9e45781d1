import Base
import Logging
import Testing

@testable import ServiceKit

@Suite struct LineLimiterTests {
    private let began = Instant.now
    private let refused = LineKind(.info, "SIP message refused", ["status": "400", "reason": "no CSeq"])

    private func admitted(_ limiter: inout LineLimiter, _ kind: LineKind, _ count: Int, at now: Instant) -> Int {
        (0..<count).count { _ in limiter.verdict(on: kind, at: now) == .admitted }
    }

    @Test func `of many lines of a kind the first few of each second are written`() {
        var limiter = LineLimiter()
        #expect(admitted(&limiter, refused, 100_000, at: began) == 5)
        #expect(admitted(&limiter, refused, 100, at: began + .milliseconds(999)) == 0)
        #expect(admitted(&limiter, refused, 100, at: began + .seconds(1)) == 5)
    }

    @Test func `the lines that were left out are counted, and told once when their second is over`() {
        var limiter = LineLimiter()
        _ = admitted(&limiter, refused, 12, at: began)
        #expect(limiter.nextOmission == began + .seconds(1))
        #expect(limiter.takeOmissions(at: began + .milliseconds(500)) == [])
        #expect(limiter.takeOmissions(at: began + .seconds(1)) == [.init(kind: refused, count: 7)])
        #expect(limiter.takeOmissions(at: began + .seconds(2)) == [])
        #expect(limiter.nextOmission == nil)
    }

    @Test func `no omission is lost when the next second of a kind begins before anybody is told`() {
        var limiter = LineLimiter()
        _ = admitted(&limiter, refused, 12, at: began)
        _ = admitted(&limiter, refused, 8, at: began + .seconds(2))
        #expect(limiter.takeOmissions(at: nil).map(\.count).reduce(0, +) == 7 + 3)
    }

    @Test func `where nothing is left out there is nothing to tell`() {
        var limiter = LineLimiter()
        #expect(admitted(&limiter, refused, 5, at: began) == 5)
        #expect(limiter.nextOmission == nil)
        #expect(limiter.takeOmissions(at: nil) == [])
    }

    @Test func `a kind is the level, the message, the cause and the status, and not the reason`() {
        func kind(_ level: Logger.Level = .warning, _ message: String = "m", _ metadata: Logger.Metadata = ["cause": "a", "status": "400"])
            -> LineKind
        {
            LineKind(level, message, metadata)
        }
        #expect(kind() == kind(.warning, "m", ["cause": "a", "status": "400", "reason": "varied", "trace": "0af7", "peer": "127.0.0.1:1"]))
        for other in [kind(.error), kind(.warning, "n"), kind(.warning, "m", ["cause": "b", "status": "400"]), kind(.warning, "m", ["cause": "a"])] {
            #expect(kind() != other)
        }
    }

    @Test func `a flood of one kind hides no line of another`() {
        var limiter = LineLimiter()
        _ = admitted(&limiter, refused, 1_000, at: began)
        #expect(admitted(&limiter, LineKind(.error, "certificates not read again", nil), 1, at: began) == 1)
    }

    @Test func `kinds without number take no memory without bound`() {
        var limiter = LineLimiter()
        let all = (0..<10_000).count { admitted(&limiter, LineKind(.info, "kind \($0)", nil), 1, at: began) == 1 }
        #expect(all == 256 + 5, "all kinds beyond the bound count as one")
        #expect(limiter.takeOmissions(at: nil) == [.init(kind: .other, count: 10_000 - 261)])
    }

    @Test func `kinds whose second is over make room`() {
        var limiter = LineLimiter()
        for number in 0..<256 { _ = admitted(&limiter, LineKind(.info, "kind \(number)", nil), 1, at: began) }
        #expect(admitted(&limiter, refused, 1, at: began + .seconds(1)) == 1)
        #expect(limiter.takeOmissions(at: nil) == [])
    }
}
