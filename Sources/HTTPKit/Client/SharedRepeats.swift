internal import Base

/// The last few repeats of a client to each origin, of all its loops. Asked only where a request was refused.
final class SharedRepeats: Sendable {
    private let times = Guarded<[Origin: [Instant]]>([:])

    /// - Parameter isWithinShare: whether the loop's own questions allow the repeat.
    /// - Returns: whether the request may be sent once more: the loop allows it, or there were fewer than the fewest repeats in ten seconds.
    func take(of origin: Origin, at now: Instant, isWithinShare: Bool, _ limits: ClientLimits) -> Bool {
        times.withLock { times in
            var last = times[origin, default: []]
            last.removeAll { $0 + .seconds(ClientLimits.retryWindowSeconds) <= now }
            guard isWithinShare || last.count < limits.retriesMin else { return false }
            last.append(now)
            // The last of them suffice to know whether there were fewer.
            times[origin] = last.suffix(limits.retriesMin)
            return true
        }
    }
}
