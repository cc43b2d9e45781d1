internal import Base
import COpenSSL

/// An X.509 certificate.
final class Certificate {
    // Safety: owned here alone, freed only in deinit.
    let handle: OpaquePointer

    init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { X509_free(handle) }

    /// Reads the first certificate in a PEM file.
    ///
    /// - Throws: `.unreadable`, naming `path`.
    static func read(_ pem: SecretOctets, path: String) throws(PKIError) -> Certificate {
        try MemoryBIO.reading(pem) { bio throws(PKIError) in
            // Safety: reads the lent BIO; a certificate needs no passphrase.
            guard let handle = PEM_read_bio_X509(bio, nil, { _, _, _, _ in -1 }, nil) else {
                throw OpenSSLQueue.error(.unreadable, "\(path) has no certificate")
            }
            return Certificate(owning: handle)
        }
    }

    func pem() throws(PKIError) -> [UInt8] {
        let bio = try MemoryBIO()
        // Safety: writes to a BIO that lives through the call.
        guard PEM_write_bio_X509(bio.handle, handle) == 1 else { throw OpenSSLQueue.error("cannot write a certificate") }
        return try bio.octets()
    }

    // Safety, of all below: what is read belongs to the certificate and is copied before it can go.

    var serial: SerialNumber { SerialNumber(X509_get0_serialNumber(handle)) }
    var subject: String { ASN1.text(ofName: X509_get_subject_name(handle)) }
    var issuer: String { ASN1.text(ofName: X509_get_issuer_name(handle)) }
    var notBefore: Timestamp? { ASN1.timestamp(X509_get0_notBefore(handle)) }
    var notAfter: Timestamp? { ASN1.timestamp(X509_get0_notAfter(handle)) }

    func belongs(to key: PrivateKey) -> Bool {
        defer { ERR_clear_error() }
        return X509_check_private_key(handle, key.handle) == 1
    }

    /// Whether `authority` has signed this certificate.
    func isSigned(by authority: Certificate) -> Bool {
        defer { ERR_clear_error() }
        return X509_verify(handle, X509_get0_pubkey(authority.handle)) == 1
    }

    /// Checks the certificate as a peer would, except for the dates.
    ///
    /// - Throws: `.outsideConstraints` with OpenSSL's reason.
    func verify(under authority: Certificate) throws(PKIError) {
        // Safety: both are made here and freed here; they take references of their own to the certificates.
        guard let store = X509_STORE_new() else { throw OpenSSLQueue.error("no memory") }
        defer { X509_STORE_free(store) }
        guard let context = X509_STORE_CTX_new() else { throw OpenSSLQueue.error("no memory") }
        defer { X509_STORE_CTX_free(context) }
        guard X509_STORE_add_cert(store, authority.handle) == 1, X509_STORE_CTX_init(context, store, handle, nil) == 1 else {
            throw OpenSSLQueue.error("OpenSSL cannot verify certificates")
        }
        X509_STORE_CTX_set_flags(context, UInt(X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_X509_STRICT))
        guard X509_verify_cert(context) != 1 else { return }
        ERR_clear_error()
        let reason = X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(context))).map { String(cString: $0) } ?? "unknown"
        throw PKIError(.outsideConstraints, "\(subject): peers would refuse it: \(reason)")
    }
}
