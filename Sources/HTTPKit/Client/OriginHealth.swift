internal import Base

/// Whether an origin has been reached lately. After a failure it is left alone for a while, longer each time and never all clients for
/// the same while, so that one that comes back is not overrun.
struct OriginHealth {
    private var failures = 0
    private var lastFailure: ClientError?
    private var downUntil: Instant?

    func isDown(at now: Instant) -> Bool { downUntil.map { now < $0 } ?? false }

    /// Why a request has no point now.
    func failure(at now: Instant) -> ClientError? { isDown(at: now) ? lastFailure : nil }

    mutating func noteSuccess() {
        failures = 0
        downUntil = nil
        lastFailure = nil
    }

    mutating func noteFailure(_ error: ClientError, at now: Instant, _ limits: ClientLimits) {
        lastFailure = error
        let wait = min(limits.reconnectTimeMax, limits.reconnectTime * (1 << min(failures, 16)))
        failures += 1
        downUntil = now + wait * Double.random(in: 0.5...1)
    }
}
