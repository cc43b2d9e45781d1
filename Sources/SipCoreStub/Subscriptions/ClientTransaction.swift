internal import Base

/// A request other than INVITE that waits for its response: when it is sent again, and when it is given up.
///
/// Source: RFC 3261 §17.1.2, Timers E and F. There is no Timer K: a response that comes again is passed over, as any that answers no request.
struct ClientTransaction: Sendable {
    enum Step: Sendable, Equatable {
        case notYet, sendAgain, timedOut
    }

    /// The time after which the request is sent again; nil over a reliable transport.
    private var interval: Duration?
    private let intervalMax: Duration
    private let end: Instant
    /// When something is to be done next.
    private(set) var due: Instant

    /// A request that is sent now.
    init(isReliable: Bool, _ limits: SipCoreLimits, at now: Instant) {
        end = now + limits.responseTime
        intervalMax = limits.retransmissionTimeMax
        interval = isReliable ? nil : limits.retransmissionTime
        due = min(now + (isReliable ? limits.responseTime : limits.retransmissionTime), end)
    }

    /// What is to be done now.
    mutating func step(at now: Instant) -> Step {
        guard now < end else { return .timedOut }
        guard due <= now, let passed = interval else { return .notYet }
        let next = min(passed * 2, intervalMax)
        interval = next
        due = min(now + next, end)
        return .sendAgain
    }

    /// A response came that is not the last.
    mutating func provisionalResponse() { if interval != nil { interval = intervalMax } }
}
