/// How fast tokens come back to a `TokenBucket`, and how many it holds.
package struct TokenRate: Sendable, Hashable {
    package let perSecond: Double
    package let burst: Double

    package init(perSecond: Double, burst: Double) {
        precondition(perSecond > 0 && burst >= 1, "a bucket that never has a token lets nobody pass")
        self.perSecond = perSecond
        self.burst = burst
    }

    /// Reads `PER_SECOND/BURST`, two whole numbers from 1 to a million.
    /// - Returns: nil for anything else.
    package init?(parsing text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let perSecond = TokenRate.number(parts[0]), let burst = TokenRate.number(parts[1]) else { return nil }
        self.init(perSecond: perSecond, burst: burst)
    }

    private static func number(_ text: Substring.UTF8View) -> Double? {
        guard 1...7 ~= text.count, text.allSatisfy(ASCII.isDigit), let number = Int(String(decoding: text, as: UTF8.self)), 1...1_000_000 ~= number
        else { return nil }
        return Double(number)
    }

    /// A part of this rate: as a bucket holds one token at least, the burst is never below one.
    package func share(ofRate rate: Double, ofBurst burst: Double) -> TokenRate {
        TokenRate(perSecond: perSecond * rate, burst: max(1, self.burst * burst))
    }
}
