internal import Base
import COpenSSL
internal import Glibc

/// Reads OpenSSL's strings and times.
enum ASN1 {
    /// A copy of the octets of a string; empty for nil.
    static func octets(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string, let start = ASN1_STRING_get0_data(string) else { return [] }
        // Safety: OpenSSL counts the octets that follow the start; both are of the same lent string.
        return Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
    }

    static func timestamp(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
        guard let time else { return nil }
        var parts = tm()
        // Safety: fills one structure that outlives the call.
        guard ASN1_TIME_to_tm(time, &parts) == 1 else {
            ERR_clear_error()
            return nil
        }
        return Timestamp(parts)
    }

    /// Reads a time in the text of RFC 5280 §4.1.2.5.
    static func timestamp(_ text: String) -> Timestamp? {
        guard !text.utf8.contains(0), let time = ASN1_TIME_new() else { return nil }
        // Safety: made above, freed here.
        defer { ASN1_TIME_free(time) }
        guard ASN1_TIME_set_string_X509(time, text) == 1 else {
            ERR_clear_error()
            return nil
        }
        return timestamp(time)
    }

    /// Lends a time to `body` as OpenSSL's type.
    static func withTime<Result>(
        _ timestamp: Timestamp, _ body: (UnsafeMutablePointer<ASN1_TIME>) throws(PKIError) -> Result
    ) throws(PKIError) -> Result {
        // Safety: made here, freed here.
        guard let time = ASN1_TIME_set(nil, time_t(timestamp.secondsSince1970)) else {
            throw OpenSSLQueue.error(.malformed, "\(timestamp) is no date for a certificate")
        }
        defer { ASN1_TIME_free(time) }
        return try body(time)
    }

    /// The text of a name, escaped as in RFC 2253: no control character gets through.
    static func text(ofName name: OpaquePointer?) -> String {
        guard let name, let bio = try? MemoryBIO() else { return "" }
        // Safety: reads the lent name, writes to a BIO that lives through the call.
        X509_NAME_print_ex(bio.handle, name, 0, nameFlags)
        return String(decoding: (try? bio.octets()) ?? [], as: UTF8.self)
    }

    /// `ASN1_STRFLGS_RFC2253` on one line. Swift does not import it, because it is a macro made of macros.
    private static let nameFlags = UInt(
        ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_ESC_MSB | ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_DUMP_UNKNOWN
            | ASN1_STRFLGS_DUMP_DER | XN_FLAG_SEP_CPLUS_SPC)
}
