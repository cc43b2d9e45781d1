/// The files that say who we are and whom we believe, PEM all of them.
package struct TLSFiles: Sendable, Equatable {
    /// Our certificate, and after it those between it and the authority.
    package var certificate: String
    package var key: String
    /// The authorities whose certificates count.
    package var authority: String
    /// What those authorities have revoked. Where it is given, a certificate counts only if its authority's list is here and current.
    package var revocationList: String?

    package init(certificate: String, key: String, authority: String, revocationList: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.authority = authority
        self.revocationList = revocationList
    }
}
