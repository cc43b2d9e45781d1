internal import Glibc

/// A moment on the clock that never goes back and that goes on while the machine sleeps (`CLOCK_BOOTTIME`).
///
/// The standard library's `ContinuousClock.Instant` cost 3 % of a hop's instructions, because its layout is not known before the program runs.
package struct Instant: Hashable, Sendable {
    /// Nanoseconds since the machine started.
    private let nanoseconds: Int64

    private init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static var now: Instant {
        var time = timespec()
        // Fails only for a clock that does not exist.
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package static func + (start: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: start.nanoseconds + nanoseconds(duration))
    }

    package static func - (end: Instant, start: Instant) -> Duration { .nanoseconds(end.nanoseconds - start.nanoseconds) }

    /// The seconds from an earlier moment to this one. To divide one `Duration` by another instead took 350 instructions of a question, because it
    /// computes with 128 bits.
    package func seconds(since start: Instant) -> Double { Double(nanoseconds - start.nanoseconds) / 1_000_000_000 }

    /// The duration in whole nanoseconds, and at most a century.
    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        guard seconds.magnitude < secondsMax else { return seconds < 0 ? -Int64(secondsMax) * 1_000_000_000 : Int64(secondsMax) * 1_000_000_000 }
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    private static let secondsMax: UInt64 = 3_155_760_000
}

extension Instant: Comparable {
    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
}
