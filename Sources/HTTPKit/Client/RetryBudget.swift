internal import Base

/// How many requests may go to an origin beyond one for each question of this loop: a share of the questions of the last ten seconds. A server that
/// refuses what it is sent is not helped by being sent it again and again.
///
/// A tenth of a handful of questions is less than one request: for such times all loops together have a few repeats (`SharedRepeats`).
struct RetryBudget {
    private struct Slot {
        var questions = 0
        var repeats = 0
    }

    /// The counts of each second of the window. The oldest second gives its place to the newest.
    private var slots: [Slot]
    private var current = 0
    private var currentEnds: Instant
    /// Of all slots together.
    private var questions = 0
    private var repeats = 0

    init(at now: Instant) {
        slots = [Slot](repeating: Slot(), count: ClientLimits.retryWindowSeconds)
        currentEnds = now + .seconds(1)
    }

    mutating func noteQuestion(at now: Instant) {
        if now >= currentEnds { advance(to: now) }
        slots[current].questions += 1
        questions += 1
    }

    /// - Returns: whether a request may be sent once more; it counts from now on.
    mutating func takeRepeat(at now: Instant, of origin: Origin, _ shared: SharedRepeats, _ limits: ClientLimits) -> Bool {
        if now >= currentEnds { advance(to: now) }
        let isWithinShare = repeats < questions * limits.retriesPerHundredQuestions / 100
        guard shared.take(of: origin, at: now, isWithinShare: isWithinShare, limits) else { return false }
        slots[current].repeats += 1
        repeats += 1
        return true
    }

    /// Forgets what is older than the window.
    private mutating func advance(to now: Instant) {
        guard now < currentEnds + .seconds(slots.count) else { return self = RetryBudget(at: now) }
        while now >= currentEnds {
            current = (current + 1) % slots.count
            questions -= slots[current].questions
            repeats -= slots[current].repeats
            slots[current] = Slot()
            currentEnds = currentEnds + .seconds(1)
        }
    }
}
