package import Base
internal import Glibc

extension Fields {
    /// The time that `Retry-After` tells, in seconds or as a date (RFC 9110 §10.2.3); nil where the field is absent, there twice or malformed.
    ///
    /// A date is compared with the message's own `Date`, so that it holds whatever our clock says; without one, with `now`.
    /// A date that is past is zero.
    package func retryAfter(now: Timestamp = .now()) -> Duration? {
        let found = look(for: "Retry-After")
        guard found.count == 1 else { return nil }
        if let seconds = withValue(found.value, { BodyFraming.decimal($0, digitsMax: 9) }) { return .seconds(seconds) }
        guard let end = date(found.value) else { return nil }
        let sent = look(for: "Date")
        let start = (sent.count == 1 ? date(sent.value) : nil) ?? now.secondsSince1970
        return .seconds(max(0, end - start))
    }

    private func date(_ value: Range<Int>) -> Int64? { withValue(value) { HTTPDate.parse($0) } }
}

extension HTTPDate {
    private static let bytesMax = 40
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].map { Array($0.utf8) }

    /// Reads the forms that a reader has to take (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`, and the obsolete
    /// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. The name of the day is not compared with the date.
    /// - Returns: seconds since 1970.
    static func parse(_ text: ByteView) -> Int64? {
        guard text.count <= bytesMax else { return nil }
        let words = text.split { $0 == ASCII.space || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "-") }.map { Array($0) }
        if words.count == 6, words[5] == Array("GMT".utf8) { return seconds(year: words[3], month: words[2], day: words[1], time: words[4]) }
        if words.count == 5 { return seconds(year: words[4], month: words[1], day: words[2], time: words[3]) }
        return nil
    }

    private static func seconds(year: [UInt8], month: [UInt8], day: [UInt8], time: [UInt8]) -> Int64? {
        let clock = time.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { number(Array($0), 0...60, digits: 2...2) }
        guard let month = months.firstIndex(of: month), let day = number(day, 1...31, digits: 1...2), let year = fullYear(year), clock.count == 3,
            let hour = clock[0], hour < 24, let minute = clock[1], minute < 60, let second = clock[2]
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1_900), Int32(month), Int32(day))
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (Int32(hour), Int32(minute), Int32(second))
        return Int64(timegm(&parts))
    }

    /// Two digits stand for the years 1970 to 2069.
    private static func fullYear(_ text: [UInt8]) -> Int? {
        if let year = number(text, 1_900...9_999, digits: 4...4) { return year }
        return number(text, 0...99, digits: 2...2).map { $0 < 70 ? 2_000 + $0 : 1_900 + $0 }
    }

    private static func number(_ text: [UInt8], _ range: ClosedRange<Int>, digits: ClosedRange<Int>) -> Int? {
        guard digits ~= text.count, let number = text.withUnsafeBytes({ BodyFraming.decimal($0, digitsMax: 4) }), range ~= number else { return nil }
        return number
    }
}
