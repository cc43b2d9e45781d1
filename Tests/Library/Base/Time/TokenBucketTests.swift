import Base
import Testing

@Suite struct TokenBucketTests {
    private let start = Instant.now
    private let rate = TokenRate(perSecond: 4, burst: 32)

    @Test func `a bucket gives its burst, then its rate`() {
        var bucket = TokenBucket(rate, at: start)
        for _ in 0..<32 { #expect(bucket.take(1, rate, at: start) == nil) }
        #expect(bucket.take(1, rate, at: start) == .milliseconds(250))
        #expect(bucket.take(1, rate, at: start + .milliseconds(250)) == nil)
        #expect(bucket.take(4, rate, at: start + .milliseconds(250)) == .seconds(1))
        #expect(bucket.take(1, rate, at: start + .milliseconds(500)) == nil, "a refusal takes nothing")
    }

    @Test func `a bucket never holds more than its burst`() {
        var bucket = TokenBucket(rate, at: start)
        let later = start + .seconds(86_400)
        #expect(bucket.count(rate, at: later) == 32)
        #expect(bucket.take(33, rate, at: later) == nil, "more than it holds is all of it")
        #expect(bucket.count(rate, at: later) == 0 && !bucket.isFull(at: later + .seconds(7)) && bucket.isFull(at: later + .seconds(8)))
    }

    @Test func `a rate that changes counts from then on`() {
        var bucket = TokenBucket(rate, at: start)
        #expect(bucket.count(TokenRate(perSecond: 1, burst: 2), at: start) == 2)
        #expect(bucket.count(rate, at: start + .seconds(1)) == 6)
    }

    @Test func `too many buckets lose the full ones first`() {
        var buckets: [Int: TokenBucket] = [:]
        for number in 0..<10 { buckets[number] = TokenBucket(rate, at: start) }
        _ = buckets[3]?.take(1, rate, at: start)
        buckets.makeRoom(countMax: 11, at: start)
        #expect(buckets.count == 10)
        buckets.makeRoom(countMax: 10, at: start)
        #expect(Array(buckets.keys) == [3])
        for number in 0..<10 {
            buckets[number] = TokenBucket(rate, at: start)
            _ = buckets[number]?.take(1, rate, at: start)
        }
        _ = buckets[7]?.take(16, rate, at: start)
        buckets.makeRoom(countMax: 10, at: start)
        #expect(Array(buckets.keys) == [7], "then those that are half full")
        for number in 0..<10 {
            buckets[number] = TokenBucket(rate, at: start)
            _ = buckets[number]?.take(17, rate, at: start)
        }
        buckets.makeRoom(countMax: 10, at: start)
        #expect(buckets.isEmpty, "then all")
    }

    @Test func `tokens that are given back are there again, up to the burst`() {
        var bucket = TokenBucket(rate, at: start)
        #expect(bucket.take(3, rate, at: start) == nil && bucket.level(rate, at: start) == 29)
        bucket.giveBack(1, rate, at: start)
        #expect(bucket.level(rate, at: start) == 30 && bucket.level(rate, at: start + .milliseconds(125)) == 30.5)
        bucket.giveBack(5, rate, at: start)
        #expect(bucket.level(rate, at: start) == 32)
    }

    @Test(arguments: [("4/32", 4.0, 32.0), ("1/1", 1, 1), ("1000000/1000000", 1_000_000, 1_000_000), ("04/032", 4, 32)])
    func `a rate is read from two numbers`(text: String, perSecond: Double, burst: Double) {
        #expect(TokenRate(parsing: text) == TokenRate(perSecond: perSecond, burst: burst))
    }

    @Test(arguments: [
        "", "/", "4", "4/", "/32", "0/32", "4/0", "-4/32", "4/32/1", "4 / 32", "4/32 ", "1000001/1", "1/99999999", "on", "1.5/2", "+4/32",
    ])
    func `a rate that is none is refused`(text: String) {
        #expect(TokenRate(parsing: text) == nil)
    }
}
