internal import Base
internal import Glibc

/// The value of a `Date` field (RFC 9110 §5.6.7), kept for a second.
struct HTTPDate {
    private var text: [UInt8] = []
    private var validUntil = Instant.now

    mutating func field(at now: Instant) -> [UInt8] {
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
        // The names of days and months are English, because no service sets a locale.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            let count = strftime(text.baseAddress, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            return text.prefix(count).map { UInt8(bitPattern: $0) }
        }
    }
}
