package import Base

/// How the own certificate and the revocation lists of one side stand at a moment.
package struct TLSStanding: Sendable, Equatable {
    /// Why the revocation lists have a peer refuse the own certificate.
    package enum RevocationFailure: Sendable, Equatable {
        /// The lists revoke the own certificate, and no other of its authority.
        case ownIsRevoked
        /// The lists revoke the certificate of an authority between the own one and the authority that is believed: its name.
        case intermediateIsRevoked(String)
        /// The list that is needed cannot be used, so that every certificate of the authority is refused: OpenSSL's reason.
        case listUnusable(String)
    }

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
    /// The domain names of the certificate, in lower case.
    package let names: [String]
    /// Why a peer with the same lists refuses the certificate; nil where it does not.
    package let revocationFailure: RevocationFailure?
    package let revocationLists: [RevocationList]
    /// The authorities that are believed here and have no list, although lists are asked for.
    package let authoritiesWithoutList: [String]
}
