internal import Base
// For the members of `tm`, whose header OpenSSL's brings along.
internal import COpenSSL
internal import Glibc

extension Timestamp {
    /// - Parameter parts: a time of day in UTC, as OpenSSL takes it apart.
    init(_ parts: tm) {
        var parts = parts
        // Safety: reads and normalises one structure that outlives the call.
        self.init(secondsSince1970: Int64(timegm(&parts)))
    }

    /// As RFC 5280 §4.1.2.5 writes it: two digits for the year before 2050, four from then on.
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
