package import Base

/// How the own certificate and the revocation lists of one side stand at a moment.
package struct TLSStanding: Sendable, Equatable {
    /// A revocation list of the file.
    package struct RevocationList: Sendable, Equatable {
        /// The name of the authority, as OpenSSL writes it: `/CN=…`.
        package let issuer: String
        /// When the next list is due, from which on this one counts no more; nil where the list does not say.
        package let end: Timestamp?
        /// Whether no authority that is believed here has signed it, so that it counts for nobody.
        package let isForeign: Bool
    }

    /// Why a peer that believes the same authorities refuses the certificate; nil where it accepts it.
    package let certificateFailure: String?
    /// When the certificate, or one between it and its authority, is the first to expire.
    package let certificateEnd: Timestamp?
    /// Why a peer with the same lists refuses every certificate of the own authority, or the own one; nil where it does not.
    package let revocationFailure: String?
    package let revocationLists: [RevocationList]
    /// The authorities that are believed here and have no list, although lists are asked for.
    package let authoritiesWithoutList: [String]
}
