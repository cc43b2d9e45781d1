/// Holds tokens that are taken out and come back with time, so that something happens often for a while and seldom on average.
package struct TokenBucket: Sendable {
    private var tokens: Double
    private var filledAt: Instant
    private var rate: TokenRate

    /// A full bucket.
    package init(_ rate: TokenRate, at now: Instant) {
        tokens = rate.burst
        filledAt = now
        self.rate = rate
    }

    /// Whole tokens that are there.
    package mutating func count(_ rate: TokenRate, at now: Instant) -> Int {
        fill(rate, at: now)
        return Int(tokens)
    }

    /// Takes tokens, or none where there are too few. To ask for more than the bucket can hold is to ask for a full bucket.
    /// - Parameter rate: what the operator wants now.
    /// - Returns: nil where the tokens were taken, else the time until there are enough.
    package mutating func take(_ count: Int, _ rate: TokenRate, at now: Instant) -> Duration? {
        fill(rate, at: now)
        let wanted = min(Double(count), rate.burst)
        guard tokens < wanted else {
            tokens -= wanted
            return nil
        }
        return .seconds((wanted - tokens) / rate.perSecond)
    }

    /// Puts tokens back that were taken for nothing.
    package mutating func giveBack(_ count: Int, _ rate: TokenRate, at now: Instant) {
        fill(rate, at: now)
        tokens = min(rate.burst, tokens + Double(count))
    }

    /// The tokens that are there, and the part of the next one.
    package func level(_ rate: TokenRate, at now: Instant) -> Double {
        min(rate.burst, tokens + now.seconds(since: filledAt) * rate.perSecond)
    }

    /// Whether nobody would notice if this bucket were made anew.
    package func isFull(at now: Instant) -> Bool { level(rate, at: now) >= rate.burst }

    fileprivate func isHalfFull(at now: Instant) -> Bool { level(rate, at: now) >= rate.burst / 2 }

    private mutating func fill(_ rate: TokenRate, at now: Instant) {
        self.rate = rate
        tokens = level(rate, at: now)
        filledAt = now
    }
}

extension Dictionary where Value == TokenBucket {
    /// Makes room for one more bucket: full ones go. Where that leaves too many, those that are half full go as well, so that many new buckets do
    /// not refill those that have given much. Where that is not enough either, all go.
    package mutating func makeRoom(countMax: Int, at now: Instant) {
        guard count >= countMax else { return }
        self = filter { !$0.value.isFull(at: now) }
        if count > countMax / 2 { self = filter { !$0.value.isHalfFull(at: now) } }
        if count > countMax / 2 { self = [:] }
    }
}
