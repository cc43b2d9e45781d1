internal import Glibc

/// A moment on the clock that never goes back and counts on while the machine sleeps (`CLOCK_BOOTTIME`).
///
/// The standard library's `ContinuousClock.Instant` has no layout that is known before the program runs: whatever has one among its fields asks where
/// they are each time it uses them, and an asynchronous function takes memory for each one it passes on.
package struct Instant: Hashable, Sendable {
    /// Since the machine started.
    private let nanoseconds: Int64

    private init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static var now: Instant {
        var time = timespec()
        // It fails only for a clock that is not there.
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package static func + (start: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: start.nanoseconds + nanoseconds(duration))
    }

    package static func - (end: Instant, start: Instant) -> Duration { .nanoseconds(end.nanoseconds - start.nanoseconds) }

    /// Whole ones; a century for whatever is longer.
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
