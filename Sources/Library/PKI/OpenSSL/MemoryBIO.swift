internal import Base
import COpenSSL

/// A buffer of OpenSSL's (a BIO in memory). Its contents are wiped when it goes.
struct MemoryBIO: ~Copyable {
    // Safety: owned here alone, freed only in deinit.
    let handle: OpaquePointer

    /// Makes an empty one, for writing.
    init() throws(PKIError) {
        guard let handle = BIO_new(BIO_s_secmem()) else { throw OpenSSLQueue.error("no memory") }
        self.handle = handle
    }

    deinit { BIO_free(handle) }

    /// Lends the octets that were written.
    func withOctets<Result>(_ body: (UnsafeRawBufferPointer) throws(PKIError) -> Result) throws(PKIError) -> Result {
        var start: UnsafeMutableRawPointer?
        // Safety: BIO_get_mem_data; the octets stay where they are as long as nobody writes, and nobody does in `body`.
        let count = BIO_ctrl(handle, BIO_CTRL_INFO, 0, &start)
        return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    func octets() throws(PKIError) -> [UInt8] { try withOctets { octets throws(PKIError) in Array(octets) } }

    /// Lends a BIO that reads `octets`.
    static func reading<Result>(
        _ octets: SecretOctets, _ body: (OpaquePointer) throws(PKIError) -> Result
    ) throws(PKIError) -> Result {
        try octets.withOctets { octets throws(PKIError) in
            // Safety: the BIO reads the lent octets in place and is freed before they go; a file is below 2^31 octets.
            guard let handle = BIO_new_mem_buf(octets.baseAddress, Int32(truncatingIfNeeded: octets.count)) else {
                throw OpenSSLQueue.error("no memory")
            }
            defer { BIO_free(handle) }
            return try body(handle)
        }
    }
}
