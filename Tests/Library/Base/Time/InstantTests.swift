import Base
import Testing

@Suite struct InstantTests {
    @Test func `it is later and later`() {
        var last = Instant.now
        for _ in 0..<1_000 {
            let next = Instant.now
            #expect(next >= last)
            last = next
        }
    }

    @Test func `it goes as fast as the standard library's clock`() async throws {
        let (start, reference) = (Instant.now, ContinuousClock.now)
        try await Task.sleep(for: .milliseconds(30))
        let (inner, outer) = (ContinuousClock.now - reference, Instant.now - start)
        #expect(outer >= inner)
        #expect(inner >= .milliseconds(30))
    }

    @Test(arguments: [Duration.zero, .nanoseconds(1), .milliseconds(-250), .seconds(86_400), .seconds(3_000_000_000)])
    func `what is added comes off again`(_ duration: Duration) {
        let start = Instant.now
        #expect(start + duration - start == duration)
        #expect((start < start + duration) == (duration > .zero))
    }

    @Test func `what is shorter than a nanosecond is nothing, and a century is the longest`() {
        let start = Instant.now
        #expect(start + Duration(secondsComponent: 0, attosecondsComponent: 999_999_999) == start)
        let century = Duration.seconds(3_155_760_000)
        #expect(start + .seconds(Int64.max) == start + century)
        #expect(start + .seconds(Int64.min) == start + century * -1)
    }
}
