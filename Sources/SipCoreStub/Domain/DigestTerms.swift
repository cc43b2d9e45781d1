/// The values that every challenge of this core has.
enum DigestTerms {
    static let algorithm = Array("AKAv1-MD5".utf8)
    static let qop = Array("auth".utf8)
    static let firstNonceCount = Array("00000001".utf8)
}
