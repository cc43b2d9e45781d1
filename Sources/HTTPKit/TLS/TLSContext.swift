internal import Base
internal import COpenSSL

/// The settings and certificates that all TLS connections of one side share (RFC 9325): TLS 1.2 and 1.3, and certificates on both sides. There are no
/// tickets and no session cache, so both sides prove their identity on every connection.
package final class TLSContext: @unchecked Sendable {
    // Safety (@unchecked): threads may share an SSL_CTX that is not changed after init. OpenSSL counts its references.
    package enum Side: Sendable { case server, client }

    let context: OpaquePointer
    let side: Side
    let files: TLSFiles

    /// The names of application protocols (RFC 7301), the best first.
    private let protocols: [String]
    /// AEAD with ephemeral keys only (RFC 9325 §4.2).
    private static let suitesOfTLS12 =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
    private static let suitesOfTLS13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"
    /// X25519 comes first because OpenSSL keeps the keys of the exchange as long as the connection, and they are 3.5 KB smaller than those of P-256.
    /// A peer without X25519 costs one round trip more, and has P-256 (RFC 8446 §9.1).
    private static let groups = "X25519:P-256:P-384"
    /// The certificates between that of the peer and that of the authority.
    static let intermediatesMax: Int32 = 1
    /// 112 bits of security at least.
    static let securityLevel: Int32 = 2
    /// A certificate whose authority has no current list is refused.
    static let revocationFlags = UInt(X509_V_FLAG_CRL_CHECK) | UInt(X509_V_FLAG_CRL_CHECK_ALL)
    /// Of the name of an authority that a message shows.
    static let nameBytesMax = 256

    /// - Parameter protocols: names of application protocols (RFC 7301), the best first. A client offers them; a server takes the first of them that
    ///   is offered, and ends the handshake where none is.
    package init(_ side: Side, _ files: TLSFiles, protocols: [String]) throws(TLSError) {
        self.side = side
        self.files = files
        self.protocols = protocols
        ERR_clear_error()
        guard let context = SSL_CTX_new(side == .server ? TLS_server_method() : TLS_client_method()) else {
            throw TLSError(.protocolViolation, "OpenSSL gives no context: \(TLSError.queued())")
        }
        self.context = context
        harden()
        try load(files)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT) { preverified, store in
            TLSSession.noteVerification(store, preverified)
        }
        switch side {
        case .server:
            // Safety: OpenSSL calls this within a handshake only, and each session holds this object.
            SSL_CTX_set_alpn_select_cb(
                context,
                { _, out, outCount, offer, offerCount, owner in
                    guard let owner else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                    let context = Unmanaged<TLSContext>.fromOpaque(owner).takeUnretainedValue()
                    return context.select(out: out, outCount: outCount, offer: offer, offerCount: offerCount)
                }, Unmanaged.passUnretained(self).toOpaque())
        case .client:
            let offer = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
            SSL_CTX_set_alpn_protos(context, offer, UInt32(offer.count))
        }
    }

    deinit { SSL_CTX_free(context) }

    private func harden() {
        mc_ssl_ctx_set_min_proto(context, TLS1_2_VERSION)
        SSL_CTX_set_security_level(context, TLSContext.securityLevel)
        SSL_CTX_set_cipher_list(context, TLSContext.suitesOfTLS12)
        SSL_CTX_set_ciphersuites(context, TLSContext.suitesOfTLS13)
        mc_ssl_ctx_set_groups(context, TLSContext.groups)
        mc_ssl_ctx_set_strict_options(context)
        SSL_CTX_set_num_tickets(context, 0)
        mc_ssl_ctx_no_sessions(context)
        mc_ssl_ctx_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS))
        SSL_CTX_set_verify_depth(context, TLSContext.intermediatesMax)
        // Refuses a key that needs a passphrase. OpenSSL would ask for the passphrase at the terminal and wait.
        SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in -1 }
    }

    private func load(_ files: TLSFiles) throws(TLSError) {
        guard SSL_CTX_use_certificate_chain_file(context, files.certificate) == 1 else {
            throw TLSError(.badCertificate, refusing: files.certificate, for: "certificate")
        }
        guard SSL_CTX_use_PrivateKey_file(context, files.key, SSL_FILETYPE_PEM) == 1 else {
            throw TLSError(.badKey, refusing: files.key, for: "private key")
        }
        do throws(FileError) { try SmallFile.checkOnlyForOwner(files.key) } catch { throw TLSError(.badKey, error.reason) }
        guard SSL_CTX_check_private_key(context) == 1 else {
            throw TLSError(.badKey, "the key in \(files.key) is not that of the certificate in \(files.certificate): \(TLSError.queued())")
        }
        guard SSL_CTX_load_verify_file(context, files.authority) == 1 else {
            throw TLSError(.badAuthority, refusing: files.authority, for: "certificate")
        }
        SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(files.authority))
        guard let list = files.revocationList else { return }
        guard let store = SSL_CTX_get_cert_store(context), let lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file()),
            X509_load_crl_file(lookup, list, X509_FILETYPE_PEM) > 0
        else { throw TLSError(.badRevocationList, refusing: list, for: "revocation list") }
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), TLSContext.revocationFlags)
    }

    private func select(
        out: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, outCount: UnsafeMutablePointer<UInt8>?, offer: UnsafePointer<UInt8>?, offerCount: UInt32
    ) -> Int32 {
        guard let out, let outCount, let offer else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        let offered = UnsafeBufferPointer(start: offer, count: Int(offerCount))
        for wanted in protocols {
            var position = 0
            while position < offered.count {
                let count = Int(offered[position])
                guard position + 1 + count <= offered.count else { break }
                if offered[(position + 1)..<(position + 1 + count)].elementsEqual(wanted.utf8) {
                    // Safety: points into the offer, which OpenSSL keeps until it has copied the choice.
                    out.pointee = offer + position + 1
                    outCount.pointee = UInt8(count)
                    return SSL_TLSEXT_ERR_OK
                }
                position += 1 + count
            }
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
}
