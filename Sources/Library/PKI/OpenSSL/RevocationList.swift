internal import Base
import COpenSSL

/// A certificate revocation list (RFC 5280 §5).
final class RevocationList {
    // Safety: owned here alone, freed only in deinit.
    let handle: OpaquePointer

    init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { X509_CRL_free(handle) }

    struct Revoked {
        let serial: SerialNumber
        let date: Timestamp
        let reason: RevocationReason
    }

    /// Makes a list and signs it.
    static func signed(
        number: Int64, revoked: [Revoked], thisUpdate: Timestamp, nextUpdate: Timestamp, issuer: Certificate, key: PrivateKey
    ) throws(PKIError) -> RevocationList {
        guard let handle = X509_CRL_new() else { throw OpenSSLQueue.error("no memory") }
        let list = RevocationList(owning: handle)
        // Safety: OpenSSL copies all that is set.
        guard X509_CRL_set_version(handle, Int(X509_CRL_VERSION_2)) == 1, X509_CRL_set_issuer_name(handle, X509_get_subject_name(issuer.handle)) == 1
        else { throw OpenSSLQueue.error("cannot fill a revocation list") }
        try ASN1.withTime(thisUpdate) { time throws(PKIError) in
            guard X509_CRL_set1_lastUpdate(handle, time) == 1 else { throw OpenSSLQueue.error("cannot date a revocation list") }
        }
        try ASN1.withTime(nextUpdate) { time throws(PKIError) in
            guard X509_CRL_set1_nextUpdate(handle, time) == 1 else { throw OpenSSLQueue.error("cannot date a revocation list") }
        }
        for entry in revoked { try list.add(entry) }
        try list.addExtensions(number: number, issuer: issuer)
        guard X509_CRL_sort(handle) == 1, X509_CRL_sign(handle, key.handle, EVP_sha256()) > 0 else {
            throw OpenSSLQueue.error("cannot sign a revocation list")
        }
        return list
    }

    private func add(_ entry: Revoked) throws(PKIError) {
        guard let revoked = X509_REVOKED_new() else { throw OpenSSLQueue.error("no memory") }
        var isTaken = false
        // Safety: the list owns the entry once it has taken it; before, it is ours to free.
        defer { if !isTaken { X509_REVOKED_free(revoked) } }
        guard let integer = ASN1_INTEGER_new() else { throw OpenSSLQueue.error("no memory") }
        defer { ASN1_INTEGER_free(integer) }
        guard entry.serial.write(to: integer), X509_REVOKED_set_serialNumber(revoked, integer) == 1 else {
            throw OpenSSLQueue.error("cannot list \(entry.serial)")
        }
        try ASN1.withTime(entry.date) { time throws(PKIError) in
            guard X509_REVOKED_set_revocationDate(revoked, time) == 1 else { throw OpenSSLQueue.error("cannot list \(entry.serial)") }
        }
        // RFC 5280 §5.3.1: the reason is left out rather than given as unspecified.
        if entry.reason != .unspecified { try Self.setReason(entry.reason, of: revoked) }
        guard X509_CRL_add0_revoked(handle, revoked) == 1 else { throw OpenSSLQueue.error("cannot list \(entry.serial)") }
        isTaken = true
    }

    private static func setReason(_ reason: RevocationReason, of revoked: OpaquePointer) throws(PKIError) {
        // Safety: made here, freed here; the extension holds a copy.
        guard let value = ASN1_ENUMERATED_new() else { throw OpenSSLQueue.error("no memory") }
        defer { ASN1_ENUMERATED_free(value) }
        guard ASN1_ENUMERATED_set(value, reason.rawValue) == 1, X509_REVOKED_add1_ext_i2d(revoked, NID_crl_reason, value, 0, 0) == 1 else {
            throw OpenSSLQueue.error("cannot give the reason \(reason)")
        }
    }

    private func addExtensions(number: Int64, issuer: Certificate) throws(PKIError) {
        // Safety: made here, freed here; the list holds copies.
        guard let value = ASN1_INTEGER_new() else { throw OpenSSLQueue.error("no memory") }
        defer { ASN1_INTEGER_free(value) }
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer.handle, nil, nil, handle, 0)
        guard ASN1_INTEGER_set_int64(value, number) == 1, X509_CRL_add1_ext_i2d(handle, NID_crl_number, value, 0, 0) == 1,
            let authority = X509V3_EXT_nconf_nid(nil, &context, NID_authority_key_identifier, "keyid:always")
        else { throw OpenSSLQueue.error("cannot number a revocation list") }
        defer { X509_EXTENSION_free(authority) }
        guard X509_CRL_add_ext(handle, authority, -1) == 1 else { throw OpenSSLQueue.error("cannot number a revocation list") }
    }

    func pem() throws(PKIError) -> [UInt8] {
        let bio = try MemoryBIO()
        // Safety: writes to a BIO that lives through the call.
        guard PEM_write_bio_X509_CRL(bio.handle, handle) == 1 else { throw OpenSSLQueue.error("cannot write a revocation list") }
        return try bio.octets()
    }
}
