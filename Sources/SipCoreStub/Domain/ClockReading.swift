internal import Base

/// The same moment on both clocks: the one that never goes back, by which contacts end, and the wall clock, which goes on over restarts.
struct ClockReading: Sendable {
    let instant: Instant
    let timestamp: Timestamp

    static func now() -> ClockReading { ClockReading(instant: .now, timestamp: .now()) }

    func timestamp(of moment: Instant) -> Timestamp { timestamp + (moment - instant) }

    func instant(of moment: Timestamp) -> Instant { instant + (moment - timestamp) }
}
