/// The files of one side: its certificate and key, and the authorities it accepts. All are PEM.
package struct TLSFiles: Sendable, Equatable {
    /// The certificate, followed by those between it and its authority.
    package var certificate: String
    package var key: String
    /// The certificates of the authorities that are accepted.
    package var authority: String
    /// The revocation lists of these authorities. If the file is given, a peer is accepted only if its authority has a current list in it.
    package var revocationList: String?

    package init(certificate: String, key: String, authority: String, revocationList: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.authority = authority
        self.revocationList = revocationList
    }
}
