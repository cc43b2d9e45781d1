import Base
import Testing

@testable import HTTPKit

@Suite struct RetryAfterTests {
    private static let now = Timestamp(secondsSince1970: 784_111_777)

    @Test(arguments: [
        ("0", 0), ("1", 1), ("120", 120), ("999999999", 999_999_999), ("Sun, 06 Nov 1994 08:49:38 GMT", 1), ("Sun, 06 Nov 1994 09:49:37 GMT", 3_600),
        ("Sunday, 06-Nov-94 08:49:40 GMT", 3), ("Sun Nov  6 08:49:41 1994", 4), ("Sun, 06 Nov 1994 08:49:36 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ]) func `seconds and each form of a date are read`(_ text: String, seconds: Int) {
        let fields: Fields = ["Retry-After": text]
        #expect(fields.retryAfter(now: Self.now) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "soon", "-1", "+1", "1.5", "1 s", "0x1", "1000000000", "Sun, 06 Nov 1994 08:49:38", "Sun, 06 Nov 1994 08:49:38 GMT x", "06 Nov 1994",
        "Sun, 32 Nov 1994 08:49:38 GMT", "Sun, 06 Foo 1994 08:49:38 GMT", String(repeating: "1", count: 5_000),
    ]) func `anything else says nothing`(_ text: String) {
        let fields: Fields = ["Retry-After": text]
        #expect(fields.retryAfter(now: Self.now) == nil)
    }

    @Test func `a date is compared with the one that the message itself bears`() {
        let dated: Fields = ["Retry-After": "Sun, 06 Nov 1994 08:49:47 GMT", "Date": "Sun, 06 Nov 1994 08:49:37 GMT"]
        #expect(dated.retryAfter(now: Timestamp(secondsSince1970: 0)) == .seconds(10))
        let undated: Fields = ["Retry-After": "Sun, 06 Nov 1994 08:49:47 GMT", "Date": "some day"]
        #expect(undated.retryAfter(now: Self.now) == .seconds(10))
    }

    @Test func `two of them are none`() {
        var fields: Fields = ["Retry-After": "1"]
        fields.append("Retry-After", "1")
        #expect(fields.retryAfter(now: Self.now) == nil)
    }
}
