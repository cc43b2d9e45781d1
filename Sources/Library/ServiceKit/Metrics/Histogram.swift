/// Durations counted in buckets.
package final class Histogram: Sendable {
    /// The upper bounds of the buckets in seconds, as OpenTelemetry recommends for `http.server.request.duration`.
    static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
    private static let boundsInNanoseconds = bounds.map { Int($0 * 1e9) }

    /// One more than there are bounds: the last counts what is longer than all of them.
    private let buckets = (0...bounds.count).map { _ in Counter() }
    private let nanoseconds = Counter()

    package init() {}

    package func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        // A duration is cut at a day, so that the sum cannot overflow.
        let time = Int(max(0, min(seconds, 86_400))) * 1_000_000_000 + Int(max(0, attoseconds) / 1_000_000_000)
        let position = Histogram.boundsInNanoseconds.firstIndex { time <= $0 } ?? Histogram.bounds.count
        buckets[position].add()
        nanoseconds.add(time)
    }

    /// For each bound the number of durations up to it; last, the number of all.
    var cumulativeCounts: [Int] {
        var sum = 0
        return buckets.map { bucket in
            sum += bucket.value
            return sum
        }
    }

    var secondsSum: Double { Double(nanoseconds.value) / 1e9 }
}
