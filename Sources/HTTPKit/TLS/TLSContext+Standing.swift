package import Base
internal import COpenSSL
internal import Glibc

extension TLSContext {
    /// Looks at the own certificate and the revocation lists as a peer with the same files would.
    package func standing(at now: Timestamp) -> TLSStanding {
        defer { ERR_clear_error() }
        let certificateFailure = certificateFailure(at: now)
        let hasLists = files.revocationList != nil
        let (authorities, lists) = storedObjects()
        return TLSStanding(
            certificateFailure: certificateFailure, certificateEnd: ownCertificates.compactMap { Self.timestamp(X509_get0_notAfter($0)) }.min(),
            names: SSL_CTX_get0_certificate(context).map(TLSSession.names) ?? [],
            revocationFailure: certificateFailure == nil && hasLists ? revocationFailure(at: now) : nil,
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

    /// The sides of a connection on which a service shows its certificate, with OpenSSL's names for what a certificate is good for (RFC 5280
    /// §4.2.1.12).
    private static let roles = [(purpose: "ssl_server", words: "of a server"), (purpose: "ssl_client", words: "of a client")]

    /// Why a peer refuses the own certificate, on whichever side of a connection; revocation lists are not looked at.
    private func certificateFailure(at now: Timestamp) -> String? {
        guard let certificate = SSL_CTX_get0_certificate(context) else { return "there is none" }
        for role in Self.roles {
            guard let refusal = refusal(at: now, as: role.purpose, checkingLists: false) else { continue }
            return refusal.number == X509_V_ERR_INVALID_PURPOSE ? "\(refusal.reason), as the certificate \(role.words)" : refusal.reason
        }
        return TLSSession.objection(certificate)
    }

    private func revocationFailure(at now: Timestamp) -> TLSStanding.RevocationFailure? {
        guard let refusal = refusal(at: now, as: "ssl_server", checkingLists: true) else { return nil }
        guard refusal.number == X509_V_ERR_CERT_REVOKED else { return .listUnusable(refusal.reason) }
        return refusal.depth == 0 ? .ownIsRevoked : .intermediateIsRevoked(refusal.subject)
    }

    /// Why OpenSSL refuses a certificate of the own chain.
    private struct Objection {
        var number: Int32 = X509_V_ERR_UNSPECIFIED
        let reason: String
        /// The place of the certificate in the chain, and its name: the own certificate has place 0.
        var depth: Int32 = 0
        var subject = ""
    }

    /// - Parameter role: what the certificate is to be good for, in OpenSSL's words.
    /// - Returns: nil where the own certificate is accepted.
    private func refusal(at now: Timestamp, as role: String, checkingLists: Bool) -> Objection? {
        guard let store = SSL_CTX_get_cert_store(context), let certificate = SSL_CTX_get0_certificate(context) else {
            return Objection(reason: "there is none")
        }
        // Safety: made here and freed here; the store, the certificate and its chain belong to the context, which outlives the call.
        guard let verifier = X509_STORE_CTX_new() else { return Objection(reason: "no memory") }
        defer { X509_STORE_CTX_free(verifier) }
        guard X509_STORE_CTX_init(verifier, store, certificate, mc_ssl_ctx_chain(context)) == 1, X509_STORE_CTX_set_default(verifier, role) == 1,
            let rules = X509_STORE_CTX_get0_param(verifier)
        else {
            return Objection(reason: "OpenSSL cannot verify certificates")
        }
        X509_VERIFY_PARAM_set_time(rules, time_t(now.secondsSince1970))
        X509_VERIFY_PARAM_set_depth(rules, TLSContext.intermediatesMax)
        X509_VERIFY_PARAM_set_auth_level(rules, TLSContext.securityLevel)
        if checkingLists { X509_VERIFY_PARAM_set_flags(rules, TLSContext.revocationFlags) }
        guard X509_verify_cert(verifier) != 1 else { return nil }
        let number = X509_STORE_CTX_get_error(verifier)
        return Objection(
            number: number, reason: X509_verify_cert_error_string(Int(number)).map { String(cString: $0) } ?? "no reason given",
            depth: X509_STORE_CTX_get_error_depth(verifier),
            subject: X509_STORE_CTX_get_current_cert(verifier).map { Self.text(X509_get_subject_name($0)) } ?? "unknown")
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
