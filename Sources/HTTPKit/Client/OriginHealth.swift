internal import Base

/// Whether an origin has been reached lately.
///
/// After a failure the origin is left alone for a while, which is longer after each further failure. The while is random, so that not all clients
/// come back to a restarted server at the same moment.
struct OriginHealth {
    private var failures = 0
    private var lastFailure: ClientError?
    private var downUntil: Instant?
    private(set) var isSilent = false
    /// Times that it fell silent and probes it has not answered, since it last made up for its losses.
    private var silences = 0
    /// Requests that were lost and not made up for by answers since, in parts of a loss that one answer makes up for.
    private var lossParts = 0
    private var heldUntil: Instant?
    private var avoidedUntil: Instant?

    func isDown(at now: Instant) -> Bool { isUnreachable(at: now) || isSilent || isHeld(at: now) || isAvoided(at: now) }

    /// The last failure while the origin cannot be reached and is left alone; nil otherwise.
    func failure(at now: Instant) -> ClientError? { isUnreachable(at: now) ? lastFailure : nil }

    private func isUnreachable(at now: Instant) -> Bool { downUntil.map { now < $0 } ?? false }
    private func isHeld(at now: Instant) -> Bool { heldUntil.map { now < $0 } ?? false }
    private func isAvoided(at now: Instant) -> Bool { avoidedUntil.map { now < $0 } ?? false }

    // MARK: connections

    mutating func noteConnection() {
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

    // MARK: silence

    /// - Returns: after what time to probe.
    mutating func noteSilence(_ limits: ClientLimits) -> Duration {
        isSilent = true
        let wait = min(limits.probeTimeMax, limits.probeTime * (1 << min(silences, 16)))
        silences += 1
        return wait * Double.random(in: 0.5...1)
    }

    /// A probe was answered. Only an answered question shows that questions are answered: until then the waits between probes go on growing.
    mutating func noteProbeAnswered() { isSilent = false }

    @inline(__always) mutating func noteAnswer() {
        isSilent = false
        if lossParts > 0 { lossParts -= 1 } else { silences = 0 }
    }

    // MARK: losses

    /// Whether requests were lost lately: then one question at a time shows whether the next ones are answered.
    var isOnTrial: Bool { lossParts > 0 }

    /// A request was sent and not answered, or refused.
    /// - Returns: whether so many were lost that the origin should count as silent, although it answers others.
    mutating func noteLoss(_ limits: ClientLimits) -> Bool {
        lossParts = min(lossParts + ClientLimits.answersPerLoss, (limits.lossesMax + 1) * ClientLimits.answersPerLoss)
        return lossParts > (limits.lossesMax - 1) * ClientLimits.answersPerLoss
    }

    // MARK: holding

    mutating func hold(for time: Duration, from now: Instant, _ limits: ClientLimits) {
        heldUntil = now + min(time, limits.heldTimeMax) * Double.random(in: 1...1.1)
    }

    /// Leaves the origin to requests that have no other one.
    mutating func avoid(for time: Duration, from now: Instant, _ limits: ClientLimits) {
        avoidedUntil = now + min(time, limits.heldTimeMax)
    }

    /// Why a request is not sent now, whatever connection is open.
    mutating func refusal(at now: Instant) -> ClientError? {
        guard let heldUntil else { return nil }
        guard now < heldUntil else {
            self.heldUntil = nil
            return nil
        }
        return ClientError(.overloaded, "the server has asked to be left alone", maybeProcessed: false, retryAfter: heldUntil - now)
    }
}
