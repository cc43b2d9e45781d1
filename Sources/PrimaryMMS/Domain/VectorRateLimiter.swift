internal import Base
internal import Nhss

/// Bounds how many vectors a second each partner system gets, all in all and of each user, so that none can hoard vectors or use up the sequence
/// numbers of a user.
final class VectorRateLimiter: Sendable {
    private struct Holder: Hashable, Sendable {
        let system: SystemID
        /// Nil for all users of the system together.
        let impi: IMPI?

        /// Only the user's, as of `AuthorisationKey`.
        func hash(into hasher: inout Hasher) {
            if let impi { hasher.combine(impi) } else { hasher.combine(system) }
        }
    }

    private static let bucketsMax = 100_000
    private let buckets = Guarded<[Holder: TokenBucket]>([:])
    private let userRate: TokenRate?
    private let now: @Sendable () -> Instant

    /// - Parameter userRate: of each user in each system; nil for no bound.
    init(userRate: TokenRate? = nil, now: @escaping @Sendable () -> Instant = { .now }) {
        self.userRate = userRate
        self.now = now
    }

    /// Lets a partner system ask for vectors, whoever the user is.
    /// - Parameters:
    ///   - vectorsPerSecondMax: also how many may be had at once after a quiet second; nil for no bound.
    ///   - vectors: how many are asked for now.
    /// - Throws: `.tooManyRequests` with the time after which so many may be asked for.
    func admit(_ system: SystemID, vectorsPerSecondMax: Int?, vectors: Int) throws(AuthFailure) {
        guard let vectorsPerSecondMax, vectorsPerSecondMax > 0 else { return }
        let rate = TokenRate(perSecond: Double(vectorsPerSecondMax), burst: Double(vectorsPerSecondMax))
        let time = now()
        let missing = buckets.withLock { buckets in
            VectorRateLimiter.bucket(Holder(system: system, impi: nil), rate, time, &buckets) { $0.take(vectors, rate, at: time) }
        }
        guard let missing else { return }
        throw AuthFailure(.tooManyRequests, "\(system) asks for more than \(vectorsPerSecondMax) vectors a second", retryAfter: missing)
    }

    /// Lets a partner system have vectors of a user.
    /// - Returns: how many of the vectors asked for it may have, at least one.
    /// - Throws: `.tooManyRequests` with the time after which it may have one.
    func vectors(_ wanted: Int, of impi: IMPI, in system: SystemID) throws(AuthFailure) -> Int {
        guard let userRate else { return wanted }
        let time = now()
        let (granted, missing) = buckets.withLock { buckets in
            VectorRateLimiter.bucket(Holder(system: system, impi: impi), userRate, time, &buckets) { bucket in
                let granted = Swift.max(1, Swift.min(wanted, bucket.count(userRate, at: time)))
                return (granted, bucket.take(granted, userRate, at: time))
            }
        }
        guard let missing else { return granted }
        throw AuthFailure(.tooManyRequests, "\(system) asks for the vectors of one user too often", retryAfter: missing)
    }

    private static func bucket<Result>(
        _ holder: Holder, _ rate: TokenRate, _ now: Instant, _ buckets: inout [Holder: TokenBucket], _ body: (inout TokenBucket) -> Result
    ) -> Result {
        if buckets.count >= bucketsMax { buckets.makeRoom(countMax: bucketsMax, at: now) }
        return body(&buckets[holder, default: TokenBucket(rate, at: now)])
    }
}
