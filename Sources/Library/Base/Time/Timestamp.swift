internal import Glibc

/// A moment of the wall clock, to the microsecond: for records, certificates and logs, never for waiting.
package struct Timestamp: Sendable, Hashable, Comparable {
    package let microsecondsSince1970: Int64

    package init(microsecondsSince1970: Int64) { self.microsecondsSince1970 = microsecondsSince1970 }

    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microsecondsSince1970: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microsecondsSince1970 < right.microsecondsSince1970 }
}

// MARK: Seconds and days, as certificates count them

extension Timestamp {
    /// Earlier or later times than the range holds become its ends.
    package init(secondsSince1970 seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        microsecondsSince1970 = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Whole seconds, rounded down.
    package var secondsSince1970: Int64 {
        let (seconds, microseconds) = microsecondsSince1970.quotientAndRemainder(dividingBy: 1_000_000)
        return microseconds < 0 ? seconds - 1 : seconds
    }

    /// Rounded to the microsecond. Earlier or later times than the range holds become its ends.
    package static func + (start: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (microseconds, isTooLongByParts) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        let (sum, isBeyond) = start.microsecondsSince1970.addingReportingOverflow(microseconds)
        guard !isTooLong, !isTooLongByParts, !isBeyond else { return Timestamp(microsecondsSince1970: seconds < 0 ? .min : .max) }
        return Timestamp(microsecondsSince1970: sum)
    }

    /// The time from `start` to `end`.
    package static func - (end: Timestamp, start: Timestamp) -> Duration {
        .microseconds(end.microsecondsSince1970) - .microseconds(start.microsecondsSince1970)
    }

    /// Whole days until `other`, rounded downwards: negative from the first second on in which it is over. Parts of a second do not count.
    package func days(until other: Timestamp) -> Int64 {
        let (days, rest) = (other.secondsSince1970 - secondsSince1970).quotientAndRemainder(dividingBy: Timestamp.secondsPerDay)
        return rest < 0 ? days - 1 : days
    }

    private static let secondsPerDay: Int64 = 86_400
}

/// RFC 3339 §5.6, written in UTC.
extension Timestamp: CustomStringConvertible {
    /// `2026-11-23T22:42:57Z`, with a fraction only where there is one.
    package var description: String {
        let fraction = microsecondsSince1970 % 1_000_000
        return fraction == 0 ? "\(secondsText)Z" : microsecondsText
    }

    /// `2026-11-23T22:42:57.000000Z`, always of the same length.
    package var microsecondsText: String {
        let fraction = Timestamp.floorRemainder(microsecondsSince1970, 1_000_000)
        let digits = String(fraction)
        return "\(secondsText).\(String(repeating: "0", count: 6 - digits.utf8.count))\(digits)Z"
    }

    private var secondsText: String {
        var seconds = time_t(secondsSince1970)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return
            "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }

    /// `2026-11-23T22:42:57Z`, a fraction of up to six digits, or an offset such as `+01:00`; nil for anything else.
    package init?(rfc3339 text: String) {
        var rest = text.utf8[...]
        guard let year = Timestamp.number(4, &rest), Timestamp.take("-", &rest), let month = Timestamp.number(2, &rest), Timestamp.take("-", &rest),
            let day = Timestamp.number(2, &rest), Timestamp.take("T", &rest), let hour = Timestamp.number(2, &rest), Timestamp.take(":", &rest),
            let minute = Timestamp.number(2, &rest), Timestamp.take(":", &rest), let second = Timestamp.number(2, &rest),
            1...12 ~= month, 1...Timestamp.days(in: month, of: year) ~= day, hour < 24, minute < 60, second < 60, year >= 1970,
            let microsecond = Timestamp.fraction(&rest), let offset = Timestamp.offset(&rest), rest.isEmpty
        else { return nil }
        let seconds = (Timestamp.daysSince1970(year, month, day) * 24 + hour) * 3_600 + minute * 60 + second - offset * 60
        microsecondsSince1970 = Int64(seconds) * 1_000_000 + Int64(microsecond)
    }

    private static func floorRemainder(_ number: Int64, _ divisor: Int64) -> Int64 {
        let remainder = number % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }

    private static func number(_ count: Int, _ rest: inout Substring.UTF8View) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(ASCII.isDigit) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 & 0x0f) }
    }

    private static func take(_ literal: String, _ rest: inout Substring.UTF8View) -> Bool {
        guard rest.starts(with: literal.utf8) else { return false }
        rest = rest.dropFirst(literal.utf8.count)
        return true
    }

    private static func fraction(_ rest: inout Substring.UTF8View) -> Int? {
        guard take(".", &rest) else { return 0 }
        let count = rest.prefix(while: ASCII.isDigit).count
        guard 1...6 ~= count, let digits = number(count, &rest) else { return nil }
        return (count..<6).reduce(digits) { value, _ in value * 10 }
    }

    /// In minutes east of Greenwich.
    private static func offset(_ rest: inout Substring.UTF8View) -> Int? {
        if take("Z", &rest) { return 0 }
        let isEast = take("+", &rest)
        guard isEast || take("-", &rest), let hours = number(2, &rest), take(":", &rest), let minutes = number(2, &rest), hours < 24, minutes < 60
        else {
            return nil
        }
        return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(in month: Int, of year: Int) -> Int {
        [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let years = (1970..<year).reduce(0) { $0 + (isLeap($1) ? 366 : 365) }
        return (1..<month).reduce(years) { $0 + days(in: $1, of: year) } + day - 1
    }
}
