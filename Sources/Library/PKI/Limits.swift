/// The bounds of this module.
enum Limits {
    /// A file that is read: certificates, lists, keys, the index.
    static let fileBytesMax = 1 << 20
    /// PEM blocks in one file.
    static let blocksMax = 256
    /// Names and addresses in one certificate, and subtrees in one CA.
    static let namesMax = 100
    /// Certificates in one index; a line has about 100 octets, so that the file stays below `fileBytesMax`.
    static let certificatesMax = 8_000
    /// `ub-common-name` (RFC 5280 appendix A.1).
    static let commonNameBytesMax = 64
    /// A domain name in text (RFC 1035 §2.3.4).
    static let domainBytesMax = 253
    /// A label of a domain name (RFC 1035 §2.3.4).
    static let labelBytesMax = 63
    /// The validity of a certificate or list: a hundred years.
    static let daysMax = 36_525
    /// A serial number (RFC 5280 §4.1.2.2).
    static let serialBytesMax = 20
}
