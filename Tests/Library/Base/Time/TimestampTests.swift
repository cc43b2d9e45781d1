import Testing

@testable import Base

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-23T22:42:57Z", 1_795_473_777_000_000), ("2024-02-29T12:00:00+01:00", 1_709_204_400_000_000),
        ("2000-01-01T00:00:00.5Z", 946_684_800_500_000), ("2000-01-01T00:00:00.000001-00:30", 946_686_600_000_001),
    ])
    func `a time of RFC 3339 is read`(text: String, microseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.microsecondsSince1970 == microseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-11-23", "2026-11-23T22:42:57", "2026-11-23 22:42:57Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T22:60:00Z", "2026-11-23T22:42:57.Z",
        "2026-11-23T22:42:57.1234567Z", "2026-11-23T22:42:57+0100", "2026-11-23T22:42:57+24:00", "2026-11-23T22:42:57ZZ", "+026-11-23T22:42:57Z",
        "1969-12-31T23:59:59Z",
    ])
    func `what is no time is refused`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func `a time reads back as it was written`() {
        for microseconds in [0, 1, 999_999, 1_000_000, 1_795_473_777_000_042, 253_402_300_799_999_999] as [Int64] {
            let time = Timestamp(microsecondsSince1970: microseconds)
            #expect(Timestamp(rfc3339: time.description) == time)
            #expect(Timestamp(rfc3339: time.microsecondsText) == time)
            #expect(time.microsecondsText.utf8.count == 27)
        }
    }

    @Test(arguments: [(0, 0), (1, 0), (999_999, 0), (1_000_000, 1), (-1, -1), (-1_000_000, -1), (-1_000_001, -2)] as [(Int64, Int64)])
    func `seconds are whole ones, rounded down`(microseconds: Int64, seconds: Int64) {
        #expect(Timestamp(microsecondsSince1970: microseconds).secondsSince1970 == seconds)
    }

    @Test func `a duration is added to the microsecond, and sticks to the ends of the range`() {
        let start = Timestamp(secondsSince1970: 100)
        #expect(start + .microseconds(1_500_001) == Timestamp(microsecondsSince1970: 101_500_001))
        #expect(start + .milliseconds(-500) == Timestamp(microsecondsSince1970: 99_500_000))
        #expect(start + .seconds(Int64.max) == Timestamp(microsecondsSince1970: .max))
        #expect(start + .seconds(Int64.min) == Timestamp(microsecondsSince1970: .min))
        #expect(Timestamp(secondsSince1970: .max) == Timestamp(microsecondsSince1970: .max))
        #expect(Timestamp(microsecondsSince1970: .min).secondsSince1970 == Int64.min / 1_000_000 - 1)
    }

    @Test func `the time between two is a duration`() {
        #expect(Timestamp(microsecondsSince1970: 1_500_000) - Timestamp(microsecondsSince1970: 500_001) == .microseconds(999_999))
        #expect(Timestamp(microsecondsSince1970: .min) - Timestamp(microsecondsSince1970: .max) < .zero)
    }

    @Test(
        arguments: [
            (86_399, 0), (86_400, 1), (1, 0), (0, 0), (-1, -1), (-10, -1), (-86_399, -1), (-86_400, -1), (-86_401, -2), (90 * 86_400, 90),
        ] as [(Int64, Int64)])
    func `days are whole ones, rounded downwards, so that what is over never has zero left`(seconds: Int64, days: Int64) {
        let now = Timestamp(microsecondsSince1970: 1_000_000_700_000)
        #expect(now.days(until: now + .seconds(seconds)) == days)
        #expect(now.days(until: Timestamp(secondsSince1970: now.secondsSince1970 + seconds)) == days, "parts of a second do not count")
    }

    @Test func `a validity holds from its first to its last moment, both included`() {
        let validity = Validity(notBefore: Timestamp(microsecondsSince1970: 10), notAfter: Timestamp(microsecondsSince1970: 20))
        #expect([9, 10, 20, 21].map { validity.contains(Timestamp(microsecondsSince1970: $0)) } == [false, true, true, false])
        #expect(Validity().contains(Timestamp(microsecondsSince1970: 0)))
    }
}
