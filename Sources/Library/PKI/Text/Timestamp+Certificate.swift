internal import Base
// The members of `tm` come from the headers that OpenSSL's include.
internal import COpenSSL
internal import Glibc

extension Timestamp {
    /// - Parameter parts: date and time in UTC, as OpenSSL takes them apart.
    init(_ parts: tm) {
        var parts = parts
        // Safety: reads and normalises one structure that outlives the call.
        self.init(secondsSince1970: Int64(timegm(&parts)))
    }

    /// The text of RFC 5280 §4.1.2.5: the year has two digits before 2050, and four from then on.
    var certificateText: String {
        var seconds = time_t(secondsSince1970)
        var parts = tm()
        // Safety: both outlive the call; a year beyond `tm` leaves the zeros.
        gmtime_r(&seconds, &parts)
        let year = Int(parts.tm_year) + 1900
        let yearText = 1950..<2050 ~= year ? Timestamp.two(parts.tm_year % 100) : String(year)
        return yearText + [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec].map(Timestamp.two).joined() + "Z"
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
