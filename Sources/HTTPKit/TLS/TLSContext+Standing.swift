package import Base
internal import COpenSSL
internal import Glibc

extension TLSContext {
    /// Looks at the own certificate and the revocation lists as a peer with the same files would.
    package func standing(at now: Timestamp) -> TLSStanding {
        defer { ERR_clear_error() }
        let certificateFailure = refusal(at: now, checkingLists: false)
        let hasLists = files.revocationList != nil
        let (authorities, lists) = storedObjects()
        return TLSStanding(
            certificateFailure: certificateFailure, certificateEnd: ownCertificates.compactMap { Self.timestamp(X509_get0_notAfter($0)) }.min(),
            revocationFailure: certificateFailure == nil && hasLists ? refusal(at: now, checkingLists: true) : nil,
            revocationLists: lists.map { list in
                TLSStanding.RevocationList(
                    issuer: Self.text(X509_CRL_get_issuer(list)), end: Self.timestamp(X509_CRL_get0_nextUpdate(list)),
                    isForeign: !authorities.contains { Self.isSigned(list, by: $0) })
            },
            authoritiesWithoutList: !hasLists
                ? []
                : authorities.filter { authority in !lists.contains { Self.isSigned($0, by: authority) } }.map {
                    Self.text(X509_get_subject_name($0))
                })
    }

    /// - Returns: OpenSSL's reason; nil where the own certificate is accepted.
    private func refusal(at now: Timestamp, checkingLists: Bool) -> String? {
        guard let store = SSL_CTX_get_cert_store(context), let certificate = SSL_CTX_get0_certificate(context) else { return "there is none" }
        // Safety: made here and freed here; the store, the certificate and its chain belong to the context, which outlives the call.
        guard let verifier = X509_STORE_CTX_new() else { return "no memory" }
        defer { X509_STORE_CTX_free(verifier) }
        guard X509_STORE_CTX_init(verifier, store, certificate, mc_ssl_ctx_chain(context)) == 1, let rules = X509_STORE_CTX_get0_param(verifier)
        else {
            return "OpenSSL cannot verify certificates"
        }
        X509_VERIFY_PARAM_set_time(rules, time_t(now.secondsSince1970))
        X509_VERIFY_PARAM_set_depth(rules, TLSContext.intermediatesMax)
        X509_VERIFY_PARAM_set_auth_level(rules, TLSContext.securityLevel)
        if checkingLists { X509_VERIFY_PARAM_set_flags(rules, TLSContext.revocationFlags) }
        guard X509_verify_cert(verifier) != 1 else { return nil }
        return X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(verifier))).map { String(cString: $0) } ?? "no reason given"
    }

    // Safety, of all below: what is looked at belongs to the context, which outlives the use, and what is returned is a copy.

    /// The own certificate and those between it and its authority.
    private var ownCertificates: [OpaquePointer] {
        [SSL_CTX_get0_certificate(context)].compactMap { $0 } + Self.elements(mc_ssl_ctx_chain(context)).map { OpaquePointer($0) }
    }

    /// The certificates of the authorities, and the lists. They do not change once the context is made.
    private func storedObjects() -> (authorities: [OpaquePointer], lists: [OpaquePointer]) {
        let objects = Self.elements(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context))).map { OpaquePointer($0) }
        return (objects.compactMap { X509_OBJECT_get0_X509($0) }, objects.compactMap { X509_OBJECT_get0_X509_CRL($0) })
    }

    private static func isSigned(_ list: OpaquePointer, by authority: OpaquePointer) -> Bool {
        X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(authority)) == 0 && X509_CRL_verify(list, X509_get0_pubkey(authority)) == 1
    }

    private static func elements(_ stack: OpaquePointer?) -> [UnsafeMutableRawPointer] {
        guard let stack else { return [] }
        return (0..<max(0, OPENSSL_sk_num(stack))).compactMap { OPENSSL_sk_value(stack, $0) }
    }

    private static func text(_ name: OpaquePointer?) -> String {
        var characters = [CChar](repeating: 0, count: TLSContext.nameBytesMax)
        // Safety: writes at most as many octets as the array has, with the final zero, and no control characters.
        X509_NAME_oneline(name, &characters, Int32(characters.count))
        return String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func timestamp(_ moment: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
        // Safety: made here and freed here; the two numbers outlive the call.
        guard let moment, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
        defer { ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard ASN1_TIME_diff(&days, &seconds, epoch, moment) == 1 else { return nil }
        return Timestamp(secondsSince1970: Int64(days) * 86_400 + Int64(seconds))
    }
}
