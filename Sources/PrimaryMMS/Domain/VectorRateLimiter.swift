internal import Base
internal import Nhss

/// A token bucket for each partner system, so that one cannot farm vectors or exhaust sequence numbers.
final class VectorRateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: Instant
    }

    /// More systems than this are never provisioned; the map is emptied beyond, which at worst refills a bucket.
    private static let systemsMax = 10_000
    private let buckets = Guarded<[SystemID: Bucket]>([:])
    private let now: @Sendable () -> Instant

    init(now: @escaping @Sendable () -> Instant = { .now }) { self.now = now }

    /// - Parameters:
    ///   - vectorsPerSecondMax: also how many may come at once after a quiet second; nil for no bound.
    ///   - vectors: asked for now.
    /// - Throws: `.tooManyRequests` with the time after which they may be asked for.
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
