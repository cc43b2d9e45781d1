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

    @Test func `a validity holds from its first to its last moment, both included`() {
        let validity = Validity(notBefore: Timestamp(microsecondsSince1970: 10), notAfter: Timestamp(microsecondsSince1970: 20))
        #expect([9, 10, 20, 21].map { validity.contains(Timestamp(microsecondsSince1970: $0)) } == [false, true, true, false])
        #expect(Validity().contains(Timestamp(microsecondsSince1970: 0)))
    }
}
