internal import Base

/// Counts glitches: frames of a peer that are allowed and useless, such as pings, settings, resets, empty frames and needless window updates.
///
/// A connection has one score for all of them. Each glitch adds a point and a reset by the peer five; points drain at a steady rate, and each
/// completed exchange takes four off. A busy peer that pings and updates windows with every request stays far below the bound, also if it cancels one
/// request in three; a peer that cancels most of its requests exceeds it. The score covers frames that a peer sends (CVE-2019-9512, -9515, -9518,
/// CVE-2023-44487) and resets that it makes this side send (CVE-2025-8671).
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

    /// - Returns: whether the score is still within its bound.
    mutating func add(_ points: Double = 1, at now: Instant) -> Bool {
        if now > updated {
            score = max(0, score - perSecond * ((now - updated) / .seconds(1)))
            updated = now
        }
        score += points
        return score <= burst
    }

    /// Takes points off for a completed exchange.
    mutating func forgiveExchange() { forgive(4) }
    mutating func forgive(_ points: Double) { if score > 0 { score = max(0, score - points) } }

    static let resetPoints = 5.0
}
