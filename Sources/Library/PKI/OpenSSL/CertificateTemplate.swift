internal import Base
import COpenSSL

/// A certificate before it is signed.
struct CertificateTemplate {
    /// The only attribute of the subject.
    let commonName: String
    let serial: SerialNumber
    let notBefore: Timestamp
    let notAfter: Timestamp
    /// The extensions by OpenSSL's numbers, with their texts (x509v3_config). Only checked names may stand in a text.
    let extensions: [(identifier: Int32, text: String)]

    /// - Parameter issuer: nil makes a self-signed certificate.
    func signed(subjectKey: PrivateKey, issuer: Certificate?, issuerKey: PrivateKey) throws(PKIError) -> Certificate {
        guard let handle = X509_new() else { throw OpenSSLQueue.error("no memory") }
        let certificate = Certificate(owning: handle)
        // Safety: OpenSSL copies all that is set, or takes a reference of its own.
        guard X509_set_version(handle, Int(X509_VERSION_3)) == 1, serial.write(to: X509_get_serialNumber(handle)),
            X509_set_pubkey(handle, subjectKey.handle) == 1, Self.setCommonName(commonName, of: X509_get_subject_name(handle)),
            X509_set_issuer_name(handle, X509_get_subject_name(issuer?.handle ?? handle)) == 1
        else { throw OpenSSLQueue.error("cannot fill a certificate for \(commonName)") }
        try ASN1.withTime(notBefore) { time throws(PKIError) in
            guard X509_set1_notBefore(handle, time) == 1 else { throw OpenSSLQueue.error("cannot date a certificate") }
        }
        try ASN1.withTime(notAfter) { time throws(PKIError) in
            guard X509_set1_notAfter(handle, time) == 1 else { throw OpenSSLQueue.error("cannot date a certificate") }
        }
        for (identifier, text) in extensions {
            try add(identifier, text, to: handle, issuer: issuer?.handle ?? handle)
        }
        guard X509_sign(handle, issuerKey.handle, EVP_sha256()) > 0 else { throw OpenSSLQueue.error("cannot sign a certificate for \(commonName)") }
        return certificate
    }

    private func add(_ identifier: Int32, _ text: String, to handle: OpaquePointer, issuer: OpaquePointer) throws(PKIError) {
        var context = X509V3_CTX()
        // Safety: the context lends both certificates to this call only; it has no configuration file to look things up in.
        X509V3_set_ctx(&context, issuer, handle, nil, nil, 0)
        guard let made = X509V3_EXT_nconf_nid(nil, &context, identifier, text) else {
            throw OpenSSLQueue.error("OpenSSL refuses the extension \(text)")
        }
        defer { X509_EXTENSION_free(made) }
        guard X509_add_ext(handle, made, -1) == 1 else { throw OpenSSLQueue.error("cannot add the extension \(text)") }
    }

    private static func setCommonName(_ text: String, of name: OpaquePointer?) -> Bool {
        let octets = Array(text.utf8)
        // Safety: copies the octets, all of them ASCII.
        return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, octets, Int32(octets.count), -1, 0) == 1
    }
}
