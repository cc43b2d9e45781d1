// For the members of `tm`, whose header OpenSSL's brings along.
internal import COpenSSL
internal import Glibc

/// A second of the wall clock: what certificates are dated with.
package struct Moment: Sendable, Hashable, Comparable {
    package let secondsSince1970: Int64

    package init(secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }

    /// For `Main` to pass on.
    package static func now() -> Moment { Moment(secondsSince1970: Int64(time(nil))) }

    package static func < (left: Moment, right: Moment) -> Bool { left.secondsSince1970 < right.secondsSince1970 }

    /// Sticks to the ends of the range.
    package func adding(seconds: Int64) -> Moment {
        let (sum, overflow) = secondsSince1970.addingReportingOverflow(seconds)
        return Moment(secondsSince1970: overflow ? (seconds < 0 ? .min : .max) : sum)
    }

    /// Whole days until `other`, rounded towards zero; negative when it is over.
    package func days(until other: Moment) -> Int64 {
        let (difference, overflow) = other.secondsSince1970.subtractingReportingOverflow(secondsSince1970)
        return overflow ? (other < self ? .min : .max) : difference / Moment.secondsPerDay
    }

    package static let secondsPerDay: Int64 = 86_400

    private var parts: tm {
        var seconds = time_t(secondsSince1970)
        var parts = tm()
        // Safety: both outlive the call; a year beyond `tm` leaves the zeros.
        gmtime_r(&seconds, &parts)
        return parts
    }

    init(_ parts: tm) {
        var parts = parts
        // Safety: reads and normalises one structure that outlives the call.
        secondsSince1970 = Int64(timegm(&parts))
    }
}

/// RFC 3339 §5.6, written in UTC.
extension Moment: CustomStringConvertible {
    package var description: String {
        let parts = parts
        let date = "\(Int(parts.tm_year) + 1900)-\(Moment.two(parts.tm_mon + 1))-\(Moment.two(parts.tm_mday))"
        return "\(date)T\(Moment.two(parts.tm_hour)):\(Moment.two(parts.tm_min)):\(Moment.two(parts.tm_sec))Z"
    }

    /// As RFC 5280 §4.1.2.5 writes it: two digits for the year before 2050, four from then on.
    var certificateText: String {
        let parts = parts
        let year = Int(parts.tm_year) + 1900
        let yearText = 1950..<2050 ~= year ? Moment.two(parts.tm_year % 100) : String(year)
        return yearText + [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec].map(Moment.two).joined() + "Z"
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
