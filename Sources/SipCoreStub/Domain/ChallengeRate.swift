internal import Base
internal import Nhss

/// Bounds how many challenges are made in the name of one private identity, because each uses up a sequence number of the user's home, and so that
/// nobody can use up what the real user needs.
///
/// An address that the user has authenticated from has the whole rate for itself. All other addresses share half the rate and three quarters of the
/// burst, and of that one address gets no more than a quarter of the rate and half the burst: one stranger leaves room for a user who
/// comes from a new address, and all strangers together leave room, at the next server with the same bound, for the addresses that are known.
struct ChallengeRate: Sendable {
    private enum Holder: Hashable, Sendable {
        case source(IMPI, SourceAddress?)
        /// All sources that the user has not authenticated from.
        case strangers(IMPI)
    }

    private let rate: TokenRate?
    private let knownPerUserMax: Int
    private let bucketsMax: Int
    private var buckets: [Holder: TokenBucket] = [:]
    /// The sources that each user has authenticated from, the last one last.
    private var known: ExpiringTable<IMPI, [SourceAddress?]>

    init(_ limits: SipCoreLimits) {
        rate = limits.userRate
        knownPerUserMax = limits.knownSourcesPerUserMax
        bucketsMax = limits.rateBucketsMax
        known = ExpiringTable(timeToLive: limits.knownSourceTime, countMax: limits.registrationsMax)
    }

    /// Takes a token for a challenge.
    /// - Throws: `.tooManyAttempts` with the time to wait.
    mutating func admit(_ impi: IMPI, from source: SourceAddress?, at now: Instant) throws(Refusal) {
        guard let rate else { return }
        buckets.makeRoom(countMax: bucketsMax, at: now)
        let missing: Duration?
        if known.value(for: impi, at: now)?.contains(source) == true {
            missing = take(.source(impi, source), rate, now)
        } else {
            missing = takeAsStranger(impi, source, rate, now)
        }
        if let missing { throw Refusal(.tooManyAttempts, "too many attempts in the name of the user from this address", retryAfter: missing) }
    }

    mutating func noteAuthenticated(_ impi: IMPI, from source: SourceAddress?, at now: Instant) {
        guard rate != nil else { return }
        var sources = known.value(for: impi, at: now) ?? []
        if !sources.contains(source) { buckets[.source(impi, source)] = nil }
        sources.removeAll { $0 == source }
        sources.append(source)
        known.insert(Array(sources.suffix(knownPerUserMax)), for: impi, at: now)
    }

    private mutating func take(_ holder: Holder, _ rate: TokenRate, _ now: Instant) -> Duration? {
        buckets[holder, default: TokenBucket(rate, at: now)].take(1, rate, at: now)
    }

    /// A token of the source and one of all strangers, or none of either.
    private mutating func takeAsStranger(_ impi: IMPI, _ source: SourceAddress?, _ rate: TokenRate, _ now: Instant) -> Duration? {
        let ownRate = rate.share(ofRate: 0.25, ofBurst: 0.5)
        let sharedRate = rate.share(ofRate: 0.5, ofBurst: 0.75)
        var shared = buckets[.strangers(impi)] ?? TokenBucket(sharedRate, at: now)
        let missingShared = shared.count(sharedRate, at: now) >= 1 ? nil : shared.take(1, sharedRate, at: now)
        if let missingShared { return missingShared }
        if let missing = take(.source(impi, source), ownRate, now) { return missing }
        _ = shared.take(1, sharedRate, at: now)
        buckets[.strangers(impi)] = shared
        return nil
    }
}
