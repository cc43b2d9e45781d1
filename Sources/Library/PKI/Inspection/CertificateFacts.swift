package import Base
import COpenSSL

/// Whether a moment is before, within or after a validity.
package enum ValidityState: Sendable { case notYetValid, valid, expired }

/// The parts of a certificate that are shown to a person.
package struct CertificateFacts: Sendable {
    package let subject: String
    package let issuer: String
    /// `DNS:…`, `IP:…` and so on.
    package let names: [String]
    package let serial: SerialNumber
    /// The validity; nil where the certificate has no such date.
    package let notBefore: Timestamp?
    package let notAfter: Timestamp?
    package let isAuthority: Bool
    /// The names that a CA may vouch for, and those that it may not.
    package let permitted: [String]
    package let excluded: [String]
    /// The uses by OpenSSL's short names; empty where the certificate names none.
    package let extendedKeyUsages: [String]
    /// `EC prime256v1`, `RSA 2048 bits`.
    package let keyType: String
    /// SHA-256 of the certificate, 64 hexadecimal digits.
    package let fingerprint: String

    init(_ certificate: Certificate) {
        let handle = certificate.handle
        subject = certificate.subject
        issuer = certificate.issuer
        names = GeneralNames.subjectNames(of: handle)
        serial = certificate.serial
        notBefore = certificate.notBefore
        notAfter = certificate.notAfter
        // Safety: only reads the certificate. 1 means a CA by its basicConstraints.
        isAuthority = X509_check_ca(handle) == 1
        let constraints = GeneralNames.constraints(of: handle)
        permitted = constraints?.permitted ?? []
        excluded = constraints?.excluded ?? []
        extendedKeyUsages = CertificateFacts.extendedKeyUsages(of: handle)
        keyType = CertificateFacts.keyType(of: handle)
        fingerprint = CertificateFacts.fingerprint(of: handle)
        ERR_clear_error()
    }

    package func state(at now: Timestamp) -> ValidityState { ValidityState(from: notBefore, until: notAfter, at: now) }

    private static func extendedKeyUsages(of certificate: OpaquePointer) -> [String] {
        // Safety: OpenSSL makes the stack for us; it is freed here, and no element of it is kept.
        guard let raw = X509_get_ext_d2i(certificate, NID_ext_key_usage, nil, nil) else { return [] }
        let stack = OpaquePointer(raw)
        defer { EXTENDED_KEY_USAGE_free(stack) }
        return GeneralNames.elements(stack).map { element in
            let object = OpaquePointer(element)
            let identifier = OBJ_obj2nid(object)
            if identifier != NID_undef, let name = OBJ_nid2sn(identifier) { return String(cString: name) }
            var text = [CChar](repeating: 0, count: 128)
            // Safety: writes at most as many octets as the array has, with the final zero.
            OBJ_obj2txt(&text, Int32(text.count), object, 1)
            return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    private static func keyType(of certificate: OpaquePointer) -> String {
        // Safety: the key and its texts belong to the certificate, and are copied.
        guard let key = X509_get0_pubkey(certificate), let type = EVP_PKEY_get0_type_name(key) else { return "unknown" }
        var group = [CChar](repeating: 0, count: 80)
        if EVP_PKEY_get_group_name(key, &group, group.count, nil) == 1 {
            return "\(String(cString: type)) \(String(decoding: group.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))"
        }
        return "\(String(cString: type)) \(EVP_PKEY_get_bits(key)) bits"
    }

    private static func fingerprint(of certificate: OpaquePointer) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        // Safety: SHA-256 writes 32 octets to a place of 32 octets.
        guard X509_digest(certificate, EVP_sha256(), &digest, &count) == 1 else { return "" }
        return Hex.encode(digest)
    }
}

extension ValidityState {
    /// A missing beginning counts as not yet reached, a missing end as over.
    init(from start: Timestamp?, until end: Timestamp?, at now: Timestamp) {
        guard let start, start <= now else {
            self = .notYetValid
            return
        }
        guard let end, now <= end else {
            self = .expired
            return
        }
        self = .valid
    }
}
