internal import Glibc

/// The value of a `Date` field (RFC 9110 §5.6.7), kept for a second.
struct HTTPDate {
    private var text: [UInt8] = []
    private var validUntil = ContinuousClock.now

    mutating func field(at now: ContinuousClock.Instant) -> [UInt8] {
        if text.isEmpty || now >= validUntil {
            text = HTTPDate.format(time(nil))
            validUntil = now + .seconds(1)
        }
        return text
    }

    static func format(_ seconds: time_t) -> [UInt8] {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
        return Array("\(date) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT".utf8)
    }
}
