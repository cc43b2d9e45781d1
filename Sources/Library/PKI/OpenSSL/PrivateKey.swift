internal import Base
import COpenSSL

/// A private key. It can be taken out as PEM only, in octets that are wiped, for a file of mode 0600.
final class PrivateKey {
    // Safety: owned here alone, freed only in deinit.
    let handle: OpaquePointer

    private init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { EVP_PKEY_free(handle) }

    /// Makes a new key on the curve P-256.
    static func generate() throws(PKIError) -> PrivateKey {
        // Safety: made here, freed here.
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else { throw OpenSSLQueue.error("OpenSSL offers no elliptic curves") }
        defer { EVP_PKEY_CTX_free(context) }
        var handle: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_group_name(context, "P-256") == 1, EVP_PKEY_generate(context, &handle) == 1,
            let handle
        else { throw OpenSSLQueue.error("OpenSSL cannot make a key") }
        return PrivateKey(owning: handle)
    }

    /// - Throws: `.unreadable`, naming `path`, also for a key that is encrypted with a passphrase.
    static func read(_ pem: SecretOctets, path: String) throws(PKIError) -> PrivateKey {
        try MemoryBIO.reading(pem) { bio throws(PKIError) in
            // Safety: reads the lent BIO; the callback refuses, so that OpenSSL does not ask the terminal.
            guard let handle = PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil) else {
                throw OpenSSLQueue.error(.unreadable, "\(path) has no private key without a passphrase")
            }
            return PrivateKey(owning: handle)
        }
    }

    /// The key as PKCS #8 in PEM, not encrypted.
    func pem() throws(PKIError) -> SecretOctets {
        let bio = try MemoryBIO()
        // Safety: writes to a BIO that lives through the call; no cipher, so no passphrase is read.
        guard PEM_write_bio_PKCS8PrivateKey(bio.handle, handle, nil, nil, 0, nil, nil) == 1 else { throw OpenSSLQueue.error("cannot write a key") }
        return try bio.withOctets { octets throws(PKIError) in SecretOctets(octets) }
    }
}
