/// The least, the greatest and some percentiles of a list of times.
struct Latency: Sendable, Equatable {
    let minimum: Duration
    let median: Duration
    let p95: Duration
    let p99: Duration
    let maximum: Duration

    /// - Returns: nil for no times at all.
    init?(_ times: [Duration]) {
        let sorted = times.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        minimum = first
        maximum = last
        median = Latency.percentile(50, of: sorted)
        p95 = Latency.percentile(95, of: sorted)
        p99 = Latency.percentile(99, of: sorted)
    }

    /// By nearest rank: the smallest time that at least `percent` per cent of all do not exceed.
    ///
    /// - Parameters:
    ///   - percent: 1...100.
    ///   - sorted: not empty, shortest first.
    private static func percentile(_ percent: Int, of sorted: [Duration]) -> Duration {
        sorted[(percent * sorted.count + 99) / 100 - 1]
    }
}
