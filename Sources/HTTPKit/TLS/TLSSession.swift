internal import Base
internal import COpenSSL

/// TLS on one connection without its socket: records in, content out; content in, records out.
final class TLSSession {
    enum Event {
        /// All that was fed is taken and more is needed.
        case needMore
        /// The handshake is over and the peer is who it says.
        case established
        /// So many bytes of content are in the buffer.
        case content(Int)
        /// The peer has said that it sends no more.
        case ended
    }

    // Safety: made in init, freed in deinit; used on the thread of the connection's loop only. The BIO's data points at this object, which
    // frees the BIO with the SSL before it goes.
    private let ssl: OpaquePointer
    private let context: TLSContext
    /// Lent by `feed` until `unfeed`.
    private var input = UnsafeRawBufferPointer(start: nil, count: 0)
    private var output: [UInt8] = []
    private(set) var isEstablished = false
    private var verification: String?
    /// Says of the names in a certificate that is good why they are not welcome; asked within the handshake, so that the peer gets an alert.
    var refusal: (([String]) -> String?)?
    private var refusedNames: [String] = []

    /// - Parameter serverName: whom a client means to reach: a host name or an address, which the server's certificate must hold.
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

    /// - Parameter bytes: must stay until `unfeed`.
    func feed(_ bytes: UnsafeRawBufferPointer) { input = bytes }
    func unfeed() { input = UnsafeRawBufferPointer(start: nil, count: 0) }

    /// Goes on with the handshake or decrypts into `buffer` what has come.
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
                // The content first; the same error comes again at the next call.
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
        // An alert's reason is 1000 and the alert's number (RFC 8446 §6).
        return 1_000..<1_256 ~= reason ? TLSError(.refusedByPeer, text) : TLSError(.protocolViolation, text)
    }

    /// Encrypts all of it, into what `takeOutput` gives.
    func send(_ content: UnsafeRawBufferPointer) throws(TLSError) {
        guard !content.isEmpty else { return }
        ERR_clear_error()
        var sent = 0
        guard SSL_write_ex(ssl, content.baseAddress, content.count, &sent) == 1, sent == content.count else { throw failure() }
    }

    /// Says that no more content comes from here.
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

    /// The DNS names in the verified certificate of the peer, also where it was refused for them, in lower case (RFC 5280 §4.2.1.6). No other kind
    /// of name counts: it is these that an authority's name constraints bind (§4.2.1.10).
    var peerNames: [String] {
        guard isEstablished, let certificate = SSL_get0_peer_certificate(ssl) else { return refusedNames }
        return TLSSession.names(certificate)
    }

    private static func names(_ certificate: OpaquePointer) -> [String] {
        guard let raw = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let list = OpaquePointer(raw)
        defer { GENERAL_NAMES_free(list) }
        var names: [String] = []
        for position in 0..<min(mc_general_name_count(list), namesMax) {
            guard let name = mc_general_name(list, position), name.pointee.type == GEN_DNS, let text = name.pointee.d.ia5,
                let data = ASN1_STRING_get0_data(text)
            else { continue }
            let bytes = UnsafeBufferPointer(start: data, count: Int(ASN1_STRING_length(text)))
            // A name with anything else in it, a NUL above all, is nobody's.
            guard bytes.count <= nameBytesMax, bytes.allSatisfy(ASCII.isVisible) else { continue }
            names.append(String(decoding: ASCII.lowercased(Array(bytes)), as: UTF8.self))
        }
        return names
    }

    private static let namesMax: Int32 = 32
    private static let nameBytesMax = 255

    /// Called by OpenSSL for each certificate of a chain, the peer's own last; remembers the one that is refused, for the log.
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

    /// The alert for a certificate that is rejected is `bad_certificate` (RFC 8446 §6.2); OpenSSL sends none of the others for a reason of ours.
    private func noteNames(of certificate: OpaquePointer, _ store: OpaquePointer?) -> Int32 {
        guard let refusal else { return 1 }
        let names = TLSSession.names(certificate)
        guard let reason = refusal(names) else { return 1 }
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED)
        (verification, refusedNames) = (reason, names)
        return 0
    }

    /// What OpenSSL lets pass: its owner could vouch for others, or could not have signed the handshake (RFC 5280 §4.2.1.3, §4.2.1.9).
    private static func objection(_ certificate: OpaquePointer) -> String? {
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

    /// Reads from what was fed, writes into `output`: no buffers of its own, so that a connection that is idle has none.
    // Safety: built once, never changed, freed never.
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
