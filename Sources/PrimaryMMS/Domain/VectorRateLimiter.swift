internal import Base
internal import Nhss

/// Bounds how many vectors a second each partner system gets, so that none can hoard vectors or use up sequence numbers.
///
/// Each system has a bucket of tokens, which fills with time and gives a token for each vector.
final class VectorRateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: Instant
    }

    /// No operator provisions more systems than this. Beyond it all buckets are dropped, which at worst refills one.
    private static let systemsMax = 10_000
    private let buckets = Guarded<[SystemID: Bucket]>([:])
    private let now: @Sendable () -> Instant

    init(now: @escaping @Sendable () -> Instant = { .now }) { self.now = now }

    /// - Parameters:
    ///   - vectorsPerSecondMax: also how many may be had at once after a quiet second; nil for no bound.
    ///   - vectors: how many are asked for now.
    /// - Throws: `.tooManyRequests` with the time after which so many may be asked for.
    func admit(_ system: SystemID, vectorsPerSecondMax: Int?, vectors: Int) throws(AuthFailure) {
        guard let vectorsPerSecondMax else { return }
        let rate = Double(vectorsPerSecondMax)
        let wanted = Double(min(vectors, vectorsPerSecondMax))
        let time = now()
        let missing = buckets.withLock { buckets in
            if buckets.count > VectorRateLimiter.systemsMax { buckets = [:] }
            var bucket = buckets[system] ?? Bucket(tokens: rate, filledAt: time)
            bucket.tokens = min(rate, bucket.tokens + (time - bucket.filledAt) / .seconds(1) * rate)
            bucket.filledAt = time
            let missing = max(0, wanted - bucket.tokens)
            if missing == 0 { bucket.tokens -= wanted }
            buckets[system] = bucket
            return missing
        }
        guard missing == 0 else {
            throw AuthFailure(
                .tooManyRequests, "\(system) asks for more than \(vectorsPerSecondMax) vectors a second", retryAfter: .seconds(missing / rate))
        }
    }
}
