internal import Base
import COpenSSL

/// An item in a file. Of a private key nothing is told except that it is there.
package enum Inspected: Sendable {
    case certificate(CertificateFacts)
    case revocationList(RevocationListFacts)
    case privateKey
    /// A PEM block of another kind, by its label.
    case other(String)

    /// Reads all PEM blocks of a file, or one certificate, list or key in DER.
    ///
    /// - Throws: `.unreadable`, `.tooLarge`; both name the file.
    package static func file(_ path: String) throws(PKIError) -> [Inspected] {
        let octets = try PKIFile.read(path)
        let blocks = try pemBlocks(octets, path)
        if !blocks.isEmpty { return blocks }
        guard let one = der(octets) else { throw PKIError(.unreadable, "\(path): neither certificate nor revocation list nor key") }
        return [one]
    }

    private static func pemBlocks(_ octets: SecretOctets, _ path: String) throws(PKIError) -> [Inspected] {
        try MemoryBIO.reading(octets) { bio throws(PKIError) in
            var found: [Inspected] = []
            while let block = try nextBlock(bio, path) {
                guard found.count < Limits.blocksMax else { throw PKIError(.tooLarge, "\(path): more than \(Limits.blocksMax) PEM blocks") }
                found.append(block)
            }
            return found
        }
    }

    /// - Returns: nil at the end of the file.
    private static func nextBlock(_ bio: OpaquePointer, _ path: String) throws(PKIError) -> Inspected? {
        var name: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var data: UnsafeMutablePointer<UInt8>?
        var count = 0
        // Safety: OpenSSL makes all three for us; they are freed here, the data wiped, for it may be a key.
        guard PEM_read_bio(bio, &name, &header, &data, &count) == 1, let name else {
            guard ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE else { throw OpenSSLQueue.error(.unreadable, "\(path): damaged PEM") }
            ERR_clear_error()
            return nil
        }
        defer {
            CRYPTO_free(name, nil, 0)
            CRYPTO_free(header, nil, 0)
            CRYPTO_clear_free(data, count, nil, 0)
        }
        let label = String(cString: name)
        let octets = UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : count)
        switch label {
        case "CERTIFICATE", "X509 CERTIFICATE":
            if let certificate = certificate(octets) { return .certificate(CertificateFacts(certificate)) }
        case "X509 CRL":
            if let list = revocationList(octets) { return .revocationList(RevocationListFacts(list)) }
        default:
            return label.utf8.reversed().starts(with: "PRIVATE KEY".utf8.reversed()) ? .privateKey : .other(Printable.text(label.utf8))
        }
        throw OpenSSLQueue.error(.unreadable, "\(path): damaged \(label)")
    }

    private static func der(_ secret: SecretOctets) -> Inspected? {
        defer { ERR_clear_error() }
        return secret.withOctets { octets in
            if let certificate = certificate(octets) { return .certificate(CertificateFacts(certificate)) }
            if let list = revocationList(octets) { return .revocationList(RevocationListFacts(list)) }
            return isPrivateKey(octets) ? .privateKey : nil
        }
    }

    private static func certificate(_ octets: UnsafeRawBufferPointer) -> Certificate? {
        // Safety: OpenSSL reads within the lent octets and moves `start` behind what it took, which must be all.
        var start = octets.assumingMemoryBound(to: UInt8.self).baseAddress
        guard let certificate = d2i_X509(nil, &start, octets.count).map(Certificate.init(owning:)) else { return nil }
        return isEnd(start, of: octets) ? certificate : nil
    }

    private static func revocationList(_ octets: UnsafeRawBufferPointer) -> RevocationList? {
        // Safety: OpenSSL reads within the lent octets and moves `start` behind what it took, which must be all.
        var start = octets.assumingMemoryBound(to: UInt8.self).baseAddress
        guard let list = d2i_X509_CRL(nil, &start, octets.count).map(RevocationList.init(owning:)) else { return nil }
        return isEnd(start, of: octets) ? list : nil
    }

    private static func isPrivateKey(_ octets: UnsafeRawBufferPointer) -> Bool {
        // Safety: OpenSSL reads within the lent octets; the key is freed at once.
        var start = octets.assumingMemoryBound(to: UInt8.self).baseAddress
        guard let key = d2i_AutoPrivateKey(nil, &start, octets.count) else { return false }
        EVP_PKEY_free(key)
        return true
    }

    private static func isEnd(_ position: UnsafePointer<UInt8>?, of octets: UnsafeRawBufferPointer) -> Bool {
        position.map { UnsafeRawPointer($0) } == octets.baseAddress.map { $0 + octets.count }
    }
}
