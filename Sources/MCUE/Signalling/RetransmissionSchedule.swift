/// The times at which a request over UDP is sent again: Timer E of RFC 3261 §17.1.2.2.
struct RetransmissionSchedule: Sendable, Equatable {
    static let t1: Duration = .milliseconds(500)
    static let t2: Duration = .seconds(4)

    private var interval = RetransmissionSchedule.t1

    /// The time from this transmission to the next: T1 at first, twice as long each time, at most T2.
    mutating func next() -> Duration {
        defer { interval = min(interval * 2, RetransmissionSchedule.t2) }
        return interval
    }

    /// A provisional response has come: the server has the request, so that T2 is often enough.
    mutating func proceed() { interval = RetransmissionSchedule.t2 }
}
