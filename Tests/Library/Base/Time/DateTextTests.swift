import Base
import Testing

/// Date fields, whose forms RFC 3261 §20.17 and RFC 9110 §5.6.7 give examples of.
@Suite struct DateTextTests {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (1_289_690_940, "Sat, 13 Nov 2010 23:29:00 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ]) func `a time is written with weekday, day and month in English`(seconds: Int64, text: String) {
        #expect(Timestamp(secondsSince1970: seconds).dateText == text)
    }

    @Test func `parts of a second are dropped`() {
        #expect(Timestamp(microsecondsSince1970: 784_111_777_999_999).dateText == "Sun, 06 Nov 1994 08:49:37 GMT")
    }
}
