/// What a peer does that is allowed and useless: pings, settings, resets, empty frames, window updates it has no need of.
///
/// One score a connection, for all of them together: each costs a point, points drain at a steady rate, and each exchange that is carried
/// to its end takes one off, so that a busy honest peer never comes near the bound. It covers what a peer sends (CVE-2019-9512, -9515,
/// -9518, CVE-2023-44487) and the resets it makes us send (CVE-2025-8671).
struct GlitchScore {
    private let burst: Double
    private let perSecond: Double
    private var score = 0.0
    private var updated: ContinuousClock.Instant

    init(burst: Int, perSecond: Int, at now: ContinuousClock.Instant) {
        self.burst = Double(burst)
        self.perSecond = Double(perSecond)
        updated = now
    }

    /// - Returns: whether the peer is still within its bound.
    mutating func add(at now: ContinuousClock.Instant) -> Bool {
        if now > updated {
            score = max(0, score - perSecond * ((now - updated) / .seconds(1)))
            updated = now
        }
        score += 1
        return score <= burst
    }

    /// An exchange was carried to its end.
    mutating func forgiveOne() { score = max(0, score - 1) }
}
