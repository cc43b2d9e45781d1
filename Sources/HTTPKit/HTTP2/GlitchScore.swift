internal import Base

/// What a peer does that is allowed and useless: pings, settings, resets, empty frames, window updates it has no need of.
///
/// One score a connection, for all of them together: each costs a point and a reset of theirs five, points drain at a steady rate, and each exchange
/// that is carried to its end takes four off. A busy peer that pings and gives room with every request never comes near the bound, nor does
/// one that gives up half of them; one that takes back every other does. It covers what a peer sends (CVE-2019-9512, -9515,
/// -9518, CVE-2023-44487) and the resets it makes us send (CVE-2025-8671).
struct GlitchScore {
    private let burst: Double
    private let perSecond: Double
    private var score = 0.0
    private var updated: Instant

    init(burst: Int, perSecond: Int, at now: Instant) {
        self.burst = Double(burst)
        self.perSecond = Double(perSecond)
        updated = now
    }

    /// - Returns: whether the peer is still within its bound.
    mutating func add(_ points: Double = 1, at now: Instant) -> Bool {
        if now > updated {
            score = max(0, score - perSecond * ((now - updated) / .seconds(1)))
            updated = now
        }
        score += points
        return score <= burst
    }

    /// An exchange was carried to its end.
    mutating func forgiveExchange() { forgive(4) }
    mutating func forgive(_ points: Double) { if score > 0 { score = max(0, score - points) } }

    static let resetPoints = 5.0
}
