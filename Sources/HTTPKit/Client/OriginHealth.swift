internal import Base

/// Whether an origin has been reached lately.
///
/// After a failure the origin is left alone for a while, which is longer after each further failure. The while is random, so that not all clients
/// come back to a restarted server at the same moment.
struct OriginHealth {
    private var failures = 0
    private var lastFailure: ClientError?
    private var downUntil: Instant?

    func isDown(at now: Instant) -> Bool { downUntil.map { now < $0 } ?? false }

    /// The last failure while the origin is left alone; nil otherwise.
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
