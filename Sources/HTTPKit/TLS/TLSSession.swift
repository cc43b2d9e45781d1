internal import Base
internal import COpenSSL

/// TLS of one connection, without a socket. It turns received records into content, and content into records to be sent.
final class TLSSession {
    enum Event {
        /// All bytes that were fed are used, and more are needed.
        case needMore
        /// The handshake is over and the peer's certificate is verified.
        case established
        /// The buffer holds content, of so many bytes.
        case content(Int)
        /// The peer has sent its closing alert.
        case ended
    }

    // Safety: made in init, freed in deinit, and used on the thread of the connection's loop only. The BIO points at this object, which frees the BIO
    // together with the SSL in its deinit.
    private let ssl: OpaquePointer
    private let context: TLSContext
    /// The bytes that `feed` lends until `unfeed`.
    private var input = UnsafeRawBufferPointer(start: nil, count: 0)
    private var output: [UInt8] = []
    private(set) var isEstablished = false
    private var verification: String?
    /// Says why a peer with these names in its valid certificate is refused; nil where it is accepted. Asked within the handshake, so that the peer
    /// gets an alert.
    var refusal: (([String]) -> String?)?
    private var refusedNames: [String] = []

    /// - Parameter serverName: the host name or the address that a client wants to reach, and that the server's certificate must hold.
    init(_ context: TLSContext, serverName: String? = nil) throws(TLSError) {
        self.context = context
        guard let ssl = SSL_new(context.context) else { throw TLSError(.protocolViolation, "OpenSSL gives no session: \(TLSError.queued())") }
        self.ssl = ssl
        guard let bio = BIO_new(TLSSession.method) else { throw TLSError(.protocolViolation, "OpenSSL gives no BIO: \(TLSError.queued())") }
        // Safety: the BIO is freed in deinit, so it never outlives this object.
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        SSL_set_bio(ssl, bio, bio)
        switch context.side {
        case .server: SSL_set_accept_state(ssl)
        case .client:
            SSL_set_connect_state(ssl)
            if let serverName { try expect(serverName) }
        }
    }

    deinit { SSL_free(ssl) }

    private func expect(_ name: String) throws(TLSError) {
        let parameters = SSL_get0_param(ssl)
        X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return }
        ERR_clear_error()
        guard X509_VERIFY_PARAM_set1_host(parameters, name, 0) == 1, mc_ssl_set_host_name(ssl, name) == 1 else {
            throw TLSError(.protocolViolation, "\(name) cannot be asked for: \(TLSError.queued())")
        }
    }

    // MARK: bytes

    /// - Parameter bytes: must stay valid until `unfeed`.
    func feed(_ bytes: UnsafeRawBufferPointer) { input = bytes }
    func unfeed() { input = UnsafeRawBufferPointer(start: nil, count: 0) }

    /// Goes on with the handshake, or decrypts the bytes that were fed into `buffer`.
    func next(into buffer: UnsafeMutableRawBufferPointer) throws(TLSError) -> Event {
        ERR_clear_error()
        guard isEstablished else {
            let status = SSL_do_handshake(ssl)
            guard status == 1 else { return try pending(status) }
            isEstablished = true
            refusal = nil
            return .established
        }
        var filled = 0
        while filled < buffer.count {
            var count = 0
            let status = SSL_read_ex(ssl, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, &count)
            if status == 1 {
                filled += count
            } else if filled > 0, SSL_get_error(ssl, status) == SSL_ERROR_WANT_READ {
                break
            } else if filled == 0 {
                return try pending(status)
            } else {
                // Content that came before the error is returned first. The next call meets the error again.
                break
            }
        }
        return .content(filled)
    }

    private func pending(_ status: Int32) throws(TLSError) -> Event {
        switch SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needMore
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: throw failure()
        }
    }

    private func failure() -> TLSError {
        let code = ERR_peek_error()
        let reason = Int32(truncatingIfNeeded: code & 0x7f_ffff)
        let text = TLSError.queued()
        if let verification { return TLSError(.peerRefused, "\(verification)") }
        if reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE { return TLSError(.peerRefused, "the peer has no certificate") }
        // OpenSSL's reason for an alert is the number of the alert plus 1000 (RFC 8446 §6).
        return 1_000..<1_256 ~= reason ? TLSError(.refusedByPeer, text) : TLSError(.protocolViolation, text)
    }

    /// Encrypts the content. `takeOutput` returns the records.
    func send(_ content: UnsafeRawBufferPointer) throws(TLSError) {
        guard !content.isEmpty else { return }
        ERR_clear_error()
        var sent = 0
        guard SSL_write_ex(ssl, content.baseAddress, content.count, &sent) == 1, sent == content.count else { throw failure() }
    }

    /// Makes the closing alert, which says that no more content follows.
    func endSending() {
        guard isEstablished else { return }
        ERR_clear_error()
        _ = SSL_shutdown(ssl)
        ERR_clear_error()
    }

    func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    // MARK: the peer

    /// Whether both sides have agreed on this application protocol (RFC 7301).
    func hasAgreed(on name: String) -> Bool {
        var agreed: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &agreed, &count)
        return UnsafeBufferPointer(start: agreed, count: Int(count)).elementsEqual(name.utf8)
    }

    /// The DNS names in the verified certificate of the peer, in lower case (RFC 5280 §4.2.1.6), also if it was refused because of them. Other kinds
    /// of name do not count, because an authority's name constraints bind the DNS names (§4.2.1.10).
    var peerNames: [String] {
        guard isEstablished, let certificate = SSL_get0_peer_certificate(ssl) else { return refusedNames }
        return TLSSession.names(certificate)
    }

    static func names(_ certificate: OpaquePointer) -> [String] {
        guard let raw = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let list = OpaquePointer(raw)
        defer { GENERAL_NAMES_free(list) }
        var names: [String] = []
        for position in 0..<min(mc_general_name_count(list), namesMax) {
            guard let name = mc_general_name(list, position), name.pointee.type == GEN_DNS, let text = name.pointee.d.ia5,
                let data = ASN1_STRING_get0_data(text)
            else { continue }
            let bytes = UnsafeBufferPointer(start: data, count: Int(ASN1_STRING_length(text)))
            // A name with other characters, above all with a NUL, is left out.
            guard bytes.count <= nameBytesMax, bytes.allSatisfy(ASCII.isVisible) else { continue }
            names.append(String(decoding: ASCII.lowercased(Array(bytes)), as: UTF8.self))
        }
        return names
    }

    private static let namesMax: Int32 = 32
    private static let nameBytesMax = 255

    /// Called by OpenSSL for each certificate of a chain, at last for the peer's own. Keeps the reason of a refusal for the log.
    static func noteVerification(_ store: OpaquePointer?, _ preverified: Int32) -> Int32 {
        guard let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
            let session = session(SSL_get_rbio(OpaquePointer(ssl)))
        else { return 0 }
        let certificate = X509_STORE_CTX_get_current_cert(store)
        let text: String
        if preverified != 1 {
            let number = X509_STORE_CTX_get_error(store)
            text = X509_verify_cert_error_string(Int(number)).map { String(cString: $0) } ?? "error \(number)"
        } else {
            guard X509_STORE_CTX_get_error_depth(store) == 0, let certificate else { return 1 }
            guard let objection = TLSSession.objection(certificate) else { return session.noteNames(of: certificate, store) }
            X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE)
            text = objection
        }
        session.verification = "the certificate of \(certificate.map(TLSSession.subject) ?? "unknown") is refused: \(text)"
        return 0
    }

    /// Asks `refusal` about the names. A refused peer gets the alert `bad_certificate` (RFC 8446 §6.2), because OpenSSL sends no other for a reason
    /// of the application.
    private func noteNames(of certificate: OpaquePointer, _ store: OpaquePointer?) -> Int32 {
        guard let refusal else { return 1 }
        let names = TLSSession.names(certificate)
        guard let reason = refusal(names) else { return 1 }
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED)
        (verification, refusedNames) = (reason, names)
        return 0
    }

    /// Why a certificate is refused that OpenSSL accepts: its owner could issue certificates, or could not have signed the handshake (RFC 5280
    /// §4.2.1.3, §4.2.1.9).
    static func objection(_ certificate: OpaquePointer) -> String? {
        if X509_check_ca(certificate) != 0 { return "it is an authority's, not a peer's" }
        if X509_get_key_usage(certificate) & UInt32(KU_DIGITAL_SIGNATURE) == 0 { return "its key is not for digital signatures" }
        return nil
    }

    private static func subject(_ certificate: OpaquePointer) -> String {
        var text = [CChar](repeating: 0, count: 256)
        guard X509_NAME_oneline(X509_get_subject_name(certificate), &text, Int32(text.count)) != nil else { return "unknown" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // MARK: the BIO

    /// The BIO's functions. They read from `input` and write to `output` without buffers in between, so an idle connection has none.
    // Safety: built once, never changed and never freed.
    nonisolated(unsafe) private static let method: OpaquePointer? = {
        let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "TLSSession")
        BIO_meth_set_create(method) { bio in
            BIO_set_init(bio, 1)
            return 1
        }
        BIO_meth_set_read_ex(method) { bio, buffer, room, count in TLSSession.session(bio)?.read(buffer, room, count, bio) ?? 0 }
        BIO_meth_set_write_ex(method) { bio, bytes, size, count in
            TLSSession.session(bio)?.output.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: size))
            count?.pointee = size
            return 1
        }
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return method
    }()

    private static func session(_ bio: OpaquePointer?) -> TLSSession? {
        // Safety: `init` put this object there, and the BIO calls back only while it is alive.
        BIO_get_data(bio).map { Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue() }
    }

    private func read(_ buffer: UnsafeMutablePointer<CChar>?, _ room: Int, _ count: UnsafeMutablePointer<Int>?, _ bio: OpaquePointer?) -> Int32 {
        mc_bio_clear_retry(bio)
        guard !input.isEmpty, let source = input.baseAddress, let buffer else {
            mc_bio_retry_read(bio)
            count?.pointee = 0
            return 0
        }
        let taken = min(room, input.count)
        UnsafeMutableRawPointer(buffer).copyMemory(from: source, byteCount: taken)
        input = UnsafeRawBufferPointer(rebasing: input[taken...])
        count?.pointee = taken
        return 1
    }
}
