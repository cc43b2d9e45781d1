import Base
import COpenSSL

/// MD5 over pieces, one message at a time.
///
/// It has one owner and no lock. OpenSSL looks the algorithm up once, here. A failure inside a message is remembered and thrown by `finish`.
struct MD5Kernel: ~Copyable, @unchecked Sendable {
    // Safety: both owned here alone and freed only in deinit; every use is mutating, so exclusive to one task at a time.
    private let algorithm: OpaquePointer
    private let context: OpaquePointer
    private var isSound = true

    /// - Throws: `.engineFailed` without memory, or where OpenSSL has MD5 switched off (FIPS).
    init() throws(AKAError) {
        guard let algorithm = EVP_MD_fetch(nil, "MD5", nil) else {
            throw AKAError(.engineFailed, "OpenSSL offers no MD5, which AKAv1-MD5 is made of")
        }
        guard let context = EVP_MD_CTX_new() else {
            EVP_MD_free(algorithm)
            throw AKAError(.engineFailed, "no memory for a digest context")
        }
        self.algorithm = algorithm
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
    }

    mutating func begin() { isSound = EVP_DigestInit_ex2(context, algorithm, nil) == 1 }

    mutating func add(_ octets: some Collection<UInt8>) {
        if octets.withContiguousStorageIfAvailable({ add(UnsafeRawBufferPointer($0)) }) == nil {
            Array(octets).withUnsafeBytes { add($0) }
        }
    }

    mutating func add(_ octets: SecretOctets) { octets.withOctets { add($0) } }

    private mutating func add(_ octets: UnsafeRawBufferPointer) {
        guard isSound, !octets.isEmpty else { return }
        // Safety: reads `count` octets of a buffer that lives through the call.
        isSound = EVP_DigestUpdate(context, octets.baseAddress, octets.count) == 1
    }

    /// - Throws: `.engineFailed` if any step since `begin` failed.
    mutating func finish() throws(AKAError) -> Block {
        var digest = Block()
        let status = withUnsafeMutableBytes(of: &digest) { octets in
            // Safety: MD5 writes 16 octets to a place of 16 octets.
            EVP_DigestFinal_ex(context, octets.assumingMemoryBound(to: UInt8.self).baseAddress, nil)
        }
        guard isSound, status == 1 else { throw AKAError(.engineFailed, "OpenSSL does not compute MD5") }
        return digest
    }
}
