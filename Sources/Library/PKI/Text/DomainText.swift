internal import Base

/// Domain names as they may stand in a certificate: letters, digits, hyphens and dots, in lower case.
///
/// Nothing else gets near OpenSSL's extension parser, whose own syntax has commas and semicolons.
enum DomainText {
    /// - Throws: `.malformed`, naming the text.
    static func canonical(_ text: String) throws(PKIError) -> String {
        let lower = ASCII.lowercased(Array(text.utf8))
        let labels = lower.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard lower.count <= Limits.domainBytesMax, labels.allSatisfy(isLabel) else {
            throw PKIError(.malformed, "\(Printable.text(text.utf8)) is not a domain name")
        }
        return String(decoding: lower, as: UTF8.self)
    }

    /// - Throws: `.malformed` for anything but one label.
    static func label(_ text: String) throws(PKIError) -> String {
        let name = try canonical(text)
        guard !name.utf8.contains(UInt8(ascii: ".")) else { throw PKIError(.malformed, "\(name) is more than one label of a domain name") }
        return name
    }

    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        let hyphen = ASCII.hyphen
        guard 1...Limits.labelBytesMax ~= label.count, label.first != hyphen, label.last != hyphen else { return false }
        return label.allSatisfy { ASCII.isAlphanumeric($0) || $0 == hyphen }
    }
}
