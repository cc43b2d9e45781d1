package import Base
import COpenSSL

/// The parts of a revocation list that are shown to a person.
package struct RevocationListFacts: Sendable {
    package struct Revoked: Sendable {
        package let serial: SerialNumber
        package let date: Timestamp?
        /// The reason; nil where the list gives none, or one that is not known here.
        package let reason: RevocationReason?
    }

    package let issuer: String
    /// The number of the list; nil where it has none.
    package let number: SerialNumber?
    package let thisUpdate: Timestamp?
    package let nextUpdate: Timestamp?
    package let revoked: [Revoked]

    init(_ list: RevocationList) {
        let handle = list.handle
        // Safety, of this initialiser: what is read belongs to the list and is copied before the list can go.
        issuer = ASN1.text(ofName: X509_CRL_get_issuer(handle))
        thisUpdate = ASN1.timestamp(X509_CRL_get0_lastUpdate(handle))
        nextUpdate = ASN1.timestamp(X509_CRL_get0_nextUpdate(handle))
        number = RevocationListFacts.number(of: handle)
        revoked = GeneralNames.elements(X509_CRL_get_REVOKED(handle)).map { element in
            let entry = OpaquePointer(element)
            return Revoked(
                serial: SerialNumber(X509_REVOKED_get0_serialNumber(entry)), date: ASN1.timestamp(X509_REVOKED_get0_revocationDate(entry)),
                reason: RevocationListFacts.reason(of: entry))
        }
        ERR_clear_error()
    }

    /// The entry of a certificate; nil where the list is another authority's, or does not name it.
    ///
    /// The signature of the list is not verified, for that takes the certificate of the authority.
    package func entry(of certificate: CertificateFacts) -> Revoked? {
        guard issuer == certificate.issuer else { return nil }
        return revoked.first { $0.serial == certificate.serial }
    }

    /// Whether the list is valid. It has expired when the next one is due.
    package func state(at now: Timestamp) -> ValidityState { ValidityState(from: thisUpdate, until: nextUpdate, at: now) }

    private static func number(of list: OpaquePointer) -> SerialNumber? {
        // Safety: OpenSSL makes the integer for us; it is freed here, and copied before.
        guard let raw = X509_CRL_get_ext_d2i(list, NID_crl_number, nil, nil) else { return nil }
        let integer = raw.assumingMemoryBound(to: ASN1_INTEGER.self)
        defer { ASN1_INTEGER_free(integer) }
        return SerialNumber(integer)
    }

    private static func reason(of entry: OpaquePointer) -> RevocationReason? {
        // Safety: OpenSSL makes the value for us; it is freed here.
        guard let raw = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nil, nil) else { return nil }
        let value = raw.assumingMemoryBound(to: ASN1_ENUMERATED.self)
        defer { ASN1_ENUMERATED_free(value) }
        return RevocationReason(rawValue: ASN1_ENUMERATED_get(value))
    }
}
