internal import Glibc

extension Timestamp {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the form that Date fields have (RFC 1123 §5.2.14, RFC 3261 §20.17). Parts of a second are dropped.
    package var dateText: String {
        var seconds = time_t(secondsSince1970)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let year = String(parts.tm_year + 1900)
        let padding = String(repeating: "0", count: max(0, 4 - year.utf8.count))
        let day = "\(Timestamp.dayNames[Int(parts.tm_wday) % 7]), \(two(parts.tm_mday)) \(Timestamp.monthNames[Int(parts.tm_mon) % 12])"
        return "\(day) \(padding)\(year) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }

    private static let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
