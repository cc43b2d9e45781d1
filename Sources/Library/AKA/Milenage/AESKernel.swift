internal import Base
internal import COpenSSL

/// AES-128 for single blocks, under one key at a time.
///
/// It has one owner and no lock: keep one for each event loop or actor. OpenSSL looks the cipher up once, here; looking it up for every key
/// would cost several times the encryption. The schedule of the last key stays in OpenSSL's memory until the next key, and is wiped with the
/// owner.
struct AESKernel: ~Copyable, @unchecked Sendable {
    // Safety: owned here alone and freed only in deinit; every use is mutating, so exclusive to one task at a time.
    private let context: OpaquePointer

    /// - Throws: `.engineFailed` without memory or without AES in OpenSSL.
    init() throws(AKAError) {
        guard let cipher = EVP_CIPHER_fetch(nil, "AES-128-ECB", nil) else {
            throw AKAError(.engineFailed, "OpenSSL offers no AES-128-ECB")
        }
        // The context keeps a reference of its own.
        defer { EVP_CIPHER_free(cipher) }
        guard let context = EVP_CIPHER_CTX_new() else { throw AKAError(.engineFailed, "no memory for a cipher context") }
        guard EVP_EncryptInit_ex2(context, cipher, nil, nil, nil) == 1, EVP_CIPHER_CTX_set_padding(context, 0) == 1 else {
            EVP_CIPHER_CTX_free(context)
            throw AKAError(.engineFailed, "OpenSSL does not start AES-128-ECB")
        }
        self.context = context
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// All later blocks are encrypted under `key`, until the next call.
    mutating func setKey(_ key: K) throws(AKAError) {
        let status = key.secret.withOctets { octets in
            // Safety: K counts the 16 octets that this cipher reads.
            EVP_EncryptInit_ex2(context, nil, octets.baseAddress, nil, nil)
        }
        guard status == 1 else { throw AKAError(.engineFailed, "OpenSSL does not take the key") }
    }

    /// Encrypts the blocks where they are, each for itself, in one call.
    mutating func encrypt<let count: Int>(_ blocks: inout InlineArray<count, Block>) throws(AKAError) {
        let octetCount = Int32(truncatingIfNeeded: count * Block.scalarCount)
        var written: Int32 = 0
        let status = withUnsafeMutableBytes(of: &blocks) { octets in
            // Safety: input and output are the same `octetCount` octets, which ECB without padding allows.
            let start = octets.assumingMemoryBound(to: UInt8.self).baseAddress
            return EVP_EncryptUpdate(context, start, &written, start, octetCount)
        }
        guard status == 1, written == octetCount else { throw AKAError(.engineFailed, "OpenSSL does not encrypt") }
    }

    mutating func encrypt(_ block: Block) throws(AKAError) -> Block {
        var blocks: InlineArray<1, Block> = [block]
        try encrypt(&blocks)
        return blocks[0]
    }
}
