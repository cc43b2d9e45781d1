internal import Base

/// Checks domain names for a certificate: they have letters, digits, hyphens and dots only, and are made lower-case. The last label is not digits
/// alone (erratum 1081 of RFC 1123), so that no name looks like an address.
///
/// No other text may reach OpenSSL's parser of extensions, in whose syntax commas and semicolons have a meaning.
enum DomainText {
    /// - Throws: `.malformed`, naming the text.
    static func canonical(_ text: String) throws(PKIError) -> String {
        let lower = ASCII.lowercased(Array(text.utf8))
        let labels = lower.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard lower.count <= Limits.domainBytesMax, labels.allSatisfy(isLabel), let last = labels.last, !last.allSatisfy(ASCII.isDigit) else {
            throw PKIError(.malformed, "\(Printable.text(text.utf8)) is not a domain name")
        }
        return String(decoding: lower, as: UTF8.self)
    }

    /// - Throws: `.malformed` for text that is not exactly one label.
    static func label(_ text: String) throws(PKIError) -> String {
        let lower = ASCII.lowercased(Array(text.utf8))
        guard isLabel(lower[...]) else { throw PKIError(.malformed, "\(Printable.text(text.utf8)) is not one label of a domain name") }
        return String(decoding: lower, as: UTF8.self)
    }

    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        let hyphen = ASCII.hyphen
        guard 1...Limits.labelBytesMax ~= label.count, label.first != hyphen, label.last != hyphen else { return false }
        return label.allSatisfy { ASCII.isAlphanumeric($0) || $0 == hyphen }
    }
}
